package onceward.messaging.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Goal: a dead letter says what failed in as many words as it may, and no more. */
class FailureTest {

  @Test
  void a_stack_trace_has_the_words_and_the_causes_and_is_no_longer_than_the_database_takes() {
    var inner = new IllegalStateException("no such phone \0 \ud800");
    var failure = Failure.of(new IOException("outer", inner), Reason.POISON, 5);

    assertThat(failure.stackTrace())
        .startsWith("java.io.IOException: outer")
        .contains("Caused by: java.lang.IllegalStateException: no such phone \uFFFD ?")
        .contains("at onceward.messaging.deadletter.FailureTest");
    var endless = failure(20, "x".repeat(100_000));
    assertThat(Failure.of(endless, Reason.POISON, 5).stackTrace()).hasSize(8_000);
    assertThat(failure.toString()).doesNotContain("phone");
  }

  @Test
  void a_failure_that_cannot_be_printed_is_told_without_its_words() {
    var unprintable =
        new IllegalStateException() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            throw new UnsupportedOperationException();
          }
        };

    assertThat(Failure.of(unprintable, Reason.POISON, 5).stackTrace()).isNull();
  }

  private static Throwable failure(int causes, String words) {
    return causes == 0
        ? new IOException(words)
        : new IllegalStateException(words, failure(causes - 1, words));
  }
}
