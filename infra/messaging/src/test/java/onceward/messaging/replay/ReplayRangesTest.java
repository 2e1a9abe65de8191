package onceward.messaging.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.offsets.PartitionLog;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Goal: a replay goes through what is asked for, is there, and has been passed by the consumer. */
class ReplayRangesTest {

  private static final UUID TOPIC = UUID.randomUUID();
  private static final Instant TIME = Instant.parse("2026-11-28T03:00:00Z");
  private static final Map<Integer, PartitionLog> LOGS =
      Map.of(0, new PartitionLog(TOPIC, 10, 100), 1, new PartitionLog(TOPIC, 0, 50));
  private static final Map<Integer, Long> AT_THE_END = Map.of(0, 100L, 1, 50L);

  @Test
  void everything_that_is_there() {
    var ranges = of(ReplaySelection.all(), AT_THE_END);

    assertThat(ranges.ranges())
        .containsExactly(new ReplayRange(0, 10, 100, 10), new ReplayRange(1, 0, 50, 0));
    assertThat(ranges.notes())
        .containsExactly(
            "partition 0 begins at offset 10: the topic no longer has the records before");
  }

  @Test
  void a_beginning_that_the_database_has_is_not_lacking() {
    var sentence = "partition 0 begins at offset 10: the topic no longer has the records before";

    assertThat(ReplayRanges.whole("t", LOGS, Map.of()).lacking()).containsExactly(sentence);
    assertThat(ReplayRanges.whole("t", LOGS, Map.of(0, 9L)).lacking()).containsExactly(sentence);
    var covered = ReplayRanges.whole("t", LOGS, Map.of(0, 10L));
    assertThat(covered.lacking()).isEmpty();
    assertThat(covered.ranges().notes())
        .containsExactly(sentence + ", and the restored backup has what they said");
  }

  @Test
  void not_beyond_where_the_live_consumer_stands() {
    var ranges = of(chosen(Set.of(0), 20L, null), Map.of(0, 60L));

    assertThat(ranges.ranges()).containsExactly(new ReplayRange(0, 20, 60, 20));
    assertThat(ranges.notes())
        .containsExactly(
            "partition 0: the live consumer stands at offset 60 and handles what follows itself");
  }

  @Test
  void nothing_where_the_live_consumer_has_passed_nothing() {
    assertThat(of(chosen(Set.of(1), null, null), Map.of()).ranges())
        .containsExactly(new ReplayRange(1, 0, 0, 0));
  }

  @Test
  void between_offsets_and_between_times() {
    assertThat(of(chosen(Set.of(0), 20L, 30L), AT_THE_END).ranges())
        .containsExactly(new ReplayRange(0, 20, 30, 20));

    var between =
        new ReplaySelection(
            Set.of(), null, null, TIME, TIME.plusSeconds(1), Set.of(), Set.of(), Set.of());
    var facts =
        new ReplayRanges.Facts(LOGS, Map.of(), AT_THE_END, Map.of(0, 70L), Map.of(0, 80L, 1, 40L));
    assertThat(ReplayRanges.of("t", between, facts).ranges())
        .containsExactly(new ReplayRange(0, 70, 80, 70), new ReplayRange(1, 50, 50, 50));
  }

  @Test
  void a_database_from_a_backup_begins_behind_what_it_knows() {
    var facts = new ReplayRanges.Facts(LOGS, Map.of(0, 60L), AT_THE_END, Map.of(), Map.of());

    var ranges = ReplayRanges.of("t", chosen(Set.of(0), null, null), facts);
    assertThat(ranges.ranges()).containsExactly(new ReplayRange(0, 60, 100, 60));
    assertThat(ranges.notes())
        .containsExactly(
            "partition 0: what is before offset 60 was handled when the backup was made");
    assertThat(ReplayRanges.of("t", chosen(Set.of(0), 20L, null), facts).ranges())
        .containsExactly(new ReplayRange(0, 20, 100, 20));
  }

  @Test
  void what_there_is_not_is_refused() {
    assertThatThrownBy(() -> of(chosen(Set.of(2), null, null), AT_THE_END))
        .hasMessage("t has no partition 2; it has: [0, 1]");
    var facts = new ReplayRanges.Facts(Map.of(), Map.of(), Map.of(), Map.of(), Map.of());
    assertThatThrownBy(() -> ReplayRanges.of("t", ReplaySelection.all(), facts))
        .hasMessage("there is no topic t");
  }

  @Test
  void offsets_without_their_partition_and_ends_before_beginnings_are_refused() {
    assertThatThrownBy(() -> chosen(Set.of(), 1L, null))
        .hasMessageContaining("they belong to one partition");
    assertThatThrownBy(() -> chosen(Set.of(0), 5L, 5L))
        .hasMessageContaining("must be behind the first");
    assertThatThrownBy(() -> chosen(Set.of(0), -1L, null)).hasMessageContaining("0 and more");
    assertThatThrownBy(() ->
            new ReplaySelection(Set.of(), null, null, TIME, TIME, Set.of(), Set.of(), Set.of()))
        .hasMessageContaining("must be behind the first");
  }

  private static ReplaySelection chosen(
      Set<Integer> partitions, @Nullable Long from, @Nullable Long until) {
    return new ReplaySelection(partitions, from, until, null, null, Set.of(), Set.of(), Set.of());
  }

  private static ReplayRanges of(ReplaySelection selection, Map<Integer, Long> passed) {
    return ReplayRanges.of(
        "t", selection, new ReplayRanges.Facts(LOGS, Map.of(), passed, Map.of(), Map.of()));
  }
}
