package onceward.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RootCauseTest {

  @Test
  void what_lies_deepest_is_told_behind_the_message() {
    var failure =
        new IllegalStateException("handshake failed", new IOException("x", new Expired("since 5")));

    assertThat(RootCause.tell(failure)).isEqualTo("handshake failed (Expired: since 5)");
  }

  @Test
  void unless_the_message_tells_it_already() {
    assertThat(RootCause.tell(new IOException("no: since 5", new Expired("since 5"))))
        .isEqualTo("no: since 5");
    assertThat(RootCause.tell(new IOException("alone"))).isEqualTo("alone");
  }

  @Test
  void a_cause_without_a_message_is_named() {
    assertThat(RootCause.tell(new IOException("the attempt failed", new EOFException())))
        .isEqualTo("the attempt failed (EOFException)");
    assertThat(RootCause.tell(new EOFException())).isEqualTo("java.io.EOFException");
  }

  @Test
  void it_is_one_line() {
    assertThat(RootCause.tell(new IOException("one\n  two", new Expired("three\r\nfour"))))
        .isEqualTo("one two (Expired: three four)");
  }

  private static final class Expired extends Exception {

    private static final long serialVersionUID = 1L;

    Expired(String message) {
      super(message);
    }
  }
}
