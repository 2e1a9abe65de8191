package onceward.ledger.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What several relays of one outbox have published together. */
class CoveredTest {

  private static final Instant EARLY = Instant.parse("2026-11-30T01:00:00Z");
  private static final Instant LATE = Instant.parse("2026-11-30T02:00:00Z");

  @Test
  void sums_of_an_hour_and_a_kind_add_up() {
    var one = covered(Map.of("a.events", "1"), Map.of(7L, Map.of("a", sum(2, 3))), EARLY);
    var other =
        covered(
            Map.of("a.events", "1", "b.events", "2"),
            Map.of(7L, Map.of("a", sum(1, 4), "b", sum(5, 6)), 8L, Map.of("b", sum(1, 9))),
            LATE);

    assertThat(one.plus(other))
        .isEqualTo(
            covered(
                Map.of("a.events", "1", "b.events", "2"),
                Map.of(
                    7L, Map.of("a", sum(3, 7), "b", sum(5, 6)),
                    8L, Map.of("b", sum(1, 9))),
                LATE));
  }

  @Test
  void a_topic_that_was_another_for_one_of_them_proves_nothing() {
    var one = covered(Map.of("a.events", "1"), Map.of(), EARLY);
    var other = covered(Map.of("a.events", "2"), Map.of(), EARLY);

    assertThat(one.plus(other).topicIds()).containsExactly(Map.entry("a.events", ""));
  }

  private static Sum sum(long count, long ids) {
    return new Sum(count, new UUID(0, ids));
  }

  private static Covered covered(
      Map<String, String> topics, Map<Long, Map<String, Sum>> hours, Instant since) {
    return new Covered(topics, hours, Optional.of(since));
  }
}
