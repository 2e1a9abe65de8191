package onceward.messaging.handling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.json.JsonSyntaxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.sql.SQLException;
import java.util.zip.ZipException;
import onceward.messaging.MessageStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: what time may mend is waited for, and nothing else: the one would fill the dead letters
 * with good messages, the other hold back a partition for ever.
 */
class FailureKindsTest {

  /** One of each class, as PostgreSQL names them. */
  @ParameterizedTest
  @ValueSource(strings = {"08006", "40001", "53300", "55P03", "57P01", "58030"})
  void trouble_of_the_database_is_transient_wherever_it_lies_in_the_causes(String state) {
    var trouble = new SQLException("no words", state);

    assertThat(FailureKinds.isTransient(trouble)).isTrue();
    assertThat(FailureKinds.isTransient(new IllegalStateException(trouble))).isTrue();
    assertThat(FailureKinds.isTransient(new MessageStoreException("claim", trouble))).isTrue();
  }

  /** Named by PostgreSQL as if the statement were to blame. */
  @ParameterizedTest
  @ValueSource(strings = {"08P01", "26000", "34000", "42P05", "25006", "25P03", "25P04", "57P05"})
  void trouble_of_a_connection_is_transient_whatever_its_state(String state) {
    var trouble = new SQLException("no words", state);

    assertThat(FailureKinds.isTransient(trouble)).isTrue();
    assertThat(FailureKinds.isTransient(new IllegalStateException(trouble))).isTrue();
    assertThat(FailureKinds.isTransient(new MessageStoreException("claim", trouble))).isTrue();
  }

  @Test
  void so_is_a_connection_that_the_pool_has_closed() {
    assertThat(FailureKinds.isTransient(new SQLException("Connection is closed"))).isTrue();
  }

  /** A key that is there already, text that is no number, no such table; and what is no state. */
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"23505", "22P02", "42P01", "25P02", "", "08", "40"})
  void what_the_database_refuses_for_good_is_not(String state) {
    var refusal = new SQLException("no words", state);

    assertThat(FailureKinds.isTransient(refusal)).isFalse();
    assertThat(FailureKinds.isTransient(new MessageStoreException("claim", refusal))).isFalse();
  }

  /** Its type says I/O, but no later try can read it. */
  @Test
  void content_that_cannot_be_read_is_not() {
    assertThat(FailureKinds.isTransient(new UncheckedIOException(new ZipException()))).isFalse();
    assertThat(FailureKinds.isTransient(new MalformedInputException(1))).isFalse();
    assertThat(FailureKinds.isTransient(new JsonSyntaxException("no words"))).isFalse();
    assertThat(FailureKinds.isTransient(catchThrowable(() -> new ObjectMapper().readTree("{"))))
        .isFalse();
  }

  @Test
  void trouble_of_the_machine_is_transient_and_a_fault_of_the_code_is_not() {
    assertThat(FailureKinds.isTransient(new IOException())).isTrue();
    assertThat(FailureKinds.isTransient(new OutOfMemoryError())).isTrue();
    assertThat(FailureKinds.isTransient(new StackOverflowError())).isFalse();
    assertThat(FailureKinds.isTransient(new IllegalStateException())).isFalse();
  }
}
