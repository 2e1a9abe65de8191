package onceward.benchmarks.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import onceward.benchmarks.relay.Completeness.Verdict;
import org.junit.jupiter.api.Test;

/** What is lost, comes twice, comes in another order or from nowhere is noticed. */
final class CompletenessTest {

  private static final List<UUID> OUTBOX = Stream.generate(UUID::randomUUID).limit(5).toList();

  private final Completeness completeness = new Completeness();

  @Test
  void all_in_order_holds() {
    assertThat(afterVersions(1, 2, 3, 4, 5)).isEqualTo(new Verdict(5, 0, 0, 0, 0));
    assertThat(new Verdict(5, 0, 0, 0, 0).holds()).isTrue();
  }

  @Test
  void a_lost_message_is_noticed() {
    var verdict = afterVersions(1, 2, 4, 5);

    assertThat(verdict).isEqualTo(new Verdict(5, 1, 0, 0, 0));
    assertThat(verdict.holds()).isFalse();
  }

  @Test
  void a_doubled_message_is_counted_and_allowed() {
    var verdict = afterVersions(1, 2, 3, 4, 5, 3, 4);

    assertThat(verdict).isEqualTo(new Verdict(5, 0, 0, 2, 0));
    assertThat(verdict.holds()).isTrue();
  }

  @Test
  void a_doubled_message_does_not_stand_for_a_lost_one() {
    assertThat(afterVersions(1, 2, 2, 3, 4)).isEqualTo(new Verdict(5, 1, 0, 1, 0));
  }

  @Test
  void swapped_messages_are_noticed() {
    var verdict = afterVersions(1, 3, 2, 4, 5);

    assertThat(verdict).isEqualTo(new Verdict(5, 0, 0, 0, 1));
    assertThat(verdict.holds()).isFalse();
  }

  @Test
  void keys_are_in_order_each_for_itself() {
    completeness.consumed(OUTBOX.get(0), "one", 1);
    completeness.consumed(OUTBOX.get(1), "one", 2);
    completeness.consumed(OUTBOX.get(2), "other", 1);

    assertThat(completeness.compareWith(OUTBOX.subList(0, 3)))
        .isEqualTo(new Verdict(3, 0, 0, 0, 0));
  }

  @Test
  void a_message_that_is_not_in_the_outbox_is_noticed() {
    completeness.consumed(UUID.randomUUID(), "other", 1);

    var verdict = afterVersions(1, 2, 3, 4, 5);

    assertThat(verdict).isEqualTo(new Verdict(5, 0, 1, 0, 0));
    assertThat(verdict.holds()).isFalse();
  }

  /** The verdict once these versions of one key have come. */
  private Verdict afterVersions(int... versions) {
    IntStream.of(versions)
        .forEach(version -> completeness.consumed(OUTBOX.get(version - 1), "one", version));
    return completeness.compareWith(OUTBOX);
  }
}
