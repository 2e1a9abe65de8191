package onceward.cli.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class MomentTest {

  private final Moment moment = new Moment();

  @Test
  void is_how_long_ago_or_a_day_or_a_time() {
    var before = Instant.now();
    assertThat(moment.convert("2h"))
        .isBetween(before.minus(Duration.ofHours(2)), Instant.now().minus(Duration.ofHours(2)));
    assertThat(moment.convert("2026-11-28")).isEqualTo(Instant.parse("2026-11-28T00:00:00Z"));
    assertThat(moment.convert("2026-11-28T03:00:00Z"))
        .isEqualTo(Instant.parse("2026-11-28T03:00:00Z"));
  }

  @Test
  void longer_ago_than_ids_can_tell_is_as_long_ago_as_they_can() {
    assertThat(moment.convert("999999d")).isEqualTo(Instant.EPOCH);
  }

  @Test
  void says_which_forms_are_allowed() {
    assertThatThrownBy(() -> moment.convert("yesterday"))
        .hasMessageContaining("'yesterday' is no moment")
        .hasMessageContaining("2h");
    assertThatThrownBy(() -> moment.convert("12026-11-28")).hasMessageContaining("1970 to 9999");
    assertThatThrownBy(() -> moment.convert("+12026-11-28T00:00:00Z"))
        .hasMessageContaining("1970 to 9999");
  }
}
