package onceward.ledger.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import onceward.ledger.source.Days.Part;
import org.junit.jupiter.api.Test;

class DaysTest {

  private static final Optional<Instant> OPEN = Optional.empty();
  private static final Instant NOW = Instant.parse("2026-11-29T16:00:00Z");

  @Test
  void a_time_is_split_at_midnight() {
    assertThat(Days.of(OPEN, OPEN, at("2026-11-27T10:00:00Z"), NOW))
        .containsExactly(
            new Part(OPEN, at("2026-11-28T00:00:00Z")),
            new Part(at("2026-11-28T00:00:00Z"), at("2026-11-29T00:00:00Z")),
            new Part(at("2026-11-29T00:00:00Z"), OPEN));
  }

  @Test
  void a_time_with_bounds_keeps_them() {
    assertThat(
            Days.of(
                at("2026-11-28T09:00:00Z"),
                at("2026-11-29T03:00:00Z"),
                at("2026-11-01T00:00:00Z"),
                NOW))
        .containsExactly(
            new Part(at("2026-11-28T09:00:00Z"), at("2026-11-29T00:00:00Z")),
            new Part(at("2026-11-29T00:00:00Z"), at("2026-11-29T03:00:00Z")));
  }

  @Test
  void a_day_is_one_part() {
    assertThat(Days.of(OPEN, OPEN, at("2026-11-29T00:00:00Z"), NOW))
        .containsExactly(new Part(OPEN, OPEN));
    assertThat(Days.of(OPEN, OPEN, at("2030-01-01T00:00:00Z"), NOW))
        .containsExactly(new Part(OPEN, OPEN));
  }

  @Test
  void what_is_very_old_or_has_no_age_is_one_part() {
    assertThat(Days.of(OPEN, OPEN, at("1970-01-01T00:00:00Z"), NOW)).hasSize(401);
    assertThat(Days.of(OPEN, OPEN, OPEN, NOW)).hasSize(401);
    assertThat(Days.of(at("1970-01-01T00:00:00Z"), OPEN, OPEN, NOW).getFirst().since())
        .isEqualTo(at("1970-01-01T00:00:00Z"));
  }

  private static Optional<Instant> at(String time) {
    return Optional.of(Instant.parse(time));
  }
}
