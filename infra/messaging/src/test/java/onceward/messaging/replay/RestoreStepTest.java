package onceward.messaging.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Goal: a step counts as done only when whatever it relies on was done before. */
class RestoreStepTest {

  private static final Instant BEGAN = Instant.parse("2026-11-29T10:00:00Z");
  private static final List<RestoreStep> OPEN =
      List.of(
          RestoreStep.open(ReplayMode.RESTORE, "r", "own"),
          RestoreStep.open(ReplayMode.RESTORE, "r", "other"),
          RestoreStep.open(ReplayMode.REPAIR, "live", "other"));

  @Test
  void steps_are_done_one_after_the_other() {
    assertThat(done()).containsExactly(false, false, false);
    assertThat(done(replay(0, 1, 2))).containsExactly(true, false, false);
    assertThat(done(replay(1, 3, 4), replay(0, 1, 2))).containsExactly(true, true, false);
    assertThat(done(replay(2, 5, 6), replay(1, 3, 4), replay(0, 1, 2)))
        .containsExactly(true, true, true);
  }

  @Test
  void what_overtook_the_step_before_does_not_count() {
    assertThat(done(replay(1, 1, 4), replay(0, 1, 2))).containsExactly(true, false, false);
    assertThat(done(replay(0, 7, 8), replay(2, 5, 6), replay(1, 3, 4), replay(0, 1, 2)))
        .containsExactly(true, false, false);
  }

  @Test
  void what_is_of_an_earlier_restoration_does_not_count() {
    assertThat(done(replay(1, -3, -2), replay(0, -5, -4))).containsExactly(false, false, false);
  }

  @Test
  void a_replay_with_failures_or_of_some_records_does_no_step() {
    var failed = replay(0, 1, 2L, ReplayState.DONE, Set.of(), Map.of(ReplayOutcome.FAILED, 1L));
    assertThat(done(failed)).containsExactly(false, false, false);
    assertThat(RestoreStep.stand(OPEN, List.of(failed), BEGAN).getFirst().latest())
        .isEqualTo(failed);
    assertThat(done(replay(0, 1, 2L, ReplayState.DONE, Set.of("key"), Map.of())))
        .containsExactly(false, false, false);
  }

  @Test
  void what_a_repair_cannot_handle_keeps_nothing_back() {
    var repaired = replay(2, 5, 6L, ReplayState.DONE, Set.of(), Map.of(ReplayOutcome.FAILED, 1L));
    assertThat(done(repaired, replay(1, 3, 4), replay(0, 1, 2))).containsExactly(true, true, true);
  }

  @Test
  void what_runs_is_named_and_what_was_cancelled_or_refused_is_not() {
    var runs = replay(0, 1, null, ReplayState.RUNNING, Set.of(), Map.of());
    var cancelled = replay(0, 2, 3L, ReplayState.CANCELLED, Set.of(), Map.of());
    var refused = replay(0, 3, 4L, ReplayState.REFUSED, Set.of(), Map.of());

    var stand = RestoreStep.stand(OPEN, List.of(refused, cancelled, runs), BEGAN);
    assertThat(stand.getFirst().latest()).isEqualTo(runs);
    assertThat(stand).noneMatch(RestoreStep::done);
  }

  private static Stream<Boolean> done(Replay... newestFirst) {
    return RestoreStep.stand(OPEN, List.of(newestFirst), BEGAN).stream().map(RestoreStep::done);
  }

  private static Replay replay(int step, long requested, long ended) {
    return replay(step, requested, ended, ReplayState.DONE, Set.of(), Map.of());
  }

  /** Times in seconds since the restoration began. */
  private static Replay replay(
      int step,
      long requested,
      @Nullable Long ended,
      ReplayState state,
      Set<String> keys,
      Map<ReplayOutcome, Long> counts) {
    var of = OPEN.get(step);
    var selection = new ReplaySelection(Set.of(), null, null, null, null, keys, Set.of(), Set.of());
    return new Replay(
        UUID.randomUUID(),
        new ReplayRequest(
            of.consumer(),
            of.topic(),
            keys.isEmpty() ? of.mode() : ReplayMode.REPAIR,
            selection,
            10,
            10,
            "tester",
            null),
        state,
        List.of(),
        Map.of(),
        counts,
        BEGAN.plusSeconds(requested),
        null,
        ended == null ? null : BEGAN.plusSeconds(ended),
        null,
        null,
        null);
  }
}
