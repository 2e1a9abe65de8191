package onceward.relay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void waits_double_from_100_ms_to_10_s() {
    assertThat(Backoff.after(1, 0)).isEqualTo(Duration.ofMillis(100));
    assertThat(Backoff.after(2, 0)).isEqualTo(Duration.ofMillis(200));
    assertThat(Backoff.after(7, 0)).isEqualTo(Duration.ofMillis(6400));
    assertThat(Backoff.after(8, 0)).isEqualTo(Duration.ofSeconds(10));
    assertThat(Backoff.after(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void chance_takes_away_up_to_half() {
    assertThat(Backoff.after(2, 1)).isEqualTo(Duration.ofMillis(100));
    assertThat(Backoff.after(100, 0.5)).isEqualTo(Duration.ofMillis(7500));
  }
}
