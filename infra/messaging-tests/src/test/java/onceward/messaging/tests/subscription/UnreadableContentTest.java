package onceward.messaging.tests.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import onceward.messaging.handling.FailureKinds;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: content that a handler reads by itself, and cannot read, is a fault of the message. Method:
 * the mapper that services use, whose failures are I/O failures by their type.
 */
class UnreadableContentTest {

  @ParameterizedTest
  @ValueSource(strings = {"{", "\"soon\""})
  void no_later_try_mends_it(String content) {
    var failure =
        catchThrowable(() -> JsonMapper.createDefault().readValue(content, Duration.class));

    assertThat(failure).isInstanceOf(IOException.class);
    assertThat(FailureKinds.isTransient(failure)).isFalse();
    assertThat(FailureKinds.isTransient(new IllegalStateException(failure))).isFalse();
  }
}
