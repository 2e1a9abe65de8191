package onceward.auth.registration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreferWaitTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wait=10|10",
        "WAIT = 10|10",
        "wait=\"10\"|10",
        "respond-async, wait=5|5",
        "wait=5; foo=bar, respond-async|5",
        "wait=31|30",
        "wait=999999|30",
        "wait=9999999|0",
        "wait=-1|0",
        "wait=ten|0",
        "await=10|0",
        "''|0",
      })
  void the_wait_preference_is_read_as_rfc_7240_writes_it(String prefer, int seconds) {
    assertThat(PreferWait.of(prefer).duration()).hasSeconds(seconds);
  }
}
