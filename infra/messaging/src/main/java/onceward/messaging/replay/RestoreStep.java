package onceward.messaging.replay;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One of the steps that bring back the data of a lost database, in their order. Immutable.
 *
 * @param latest the last replay of this restoration that does this step; null if there is none that
 *     counts
 * @param done whether the next step may begin
 */
public record RestoreStep(
    ReplayMode mode, String consumer, String topic, @Nullable Replay latest, boolean done) {

  /** A step that nobody has begun. */
  static RestoreStep open(ReplayMode mode, String consumer, String topic) {
    return new RestoreStep(mode, consumer, topic, null, false);
  }

  /**
   * The steps as they stand. Pure.
   *
   * <p>A step counts only if it began when the step before was done: a step that overtook another
   * one has decided without what that one brings.
   *
   * @param open the steps in their order
   * @param newestFirst replays
   * @param began when the restoration began: what a backup has of an earlier one does not count
   */
  static List<RestoreStep> stand(List<RestoreStep> open, List<Replay> newestFirst, Instant began) {
    var steps = new ArrayList<RestoreStep>();
    var from = Optional.of(began);
    for (var step : open) {
      var latest =
          from.flatMap(time ->
              newestFirst.stream()
                  .filter(replay -> step.isDoneBy(replay.request()))
                  .filter(replay -> !begin(replay).isBefore(time))
                  .filter(replay -> counts(replay.state()))
                  .findFirst());
      from = latest.filter(RestoreStep::isComplete).map(Replay::endedAt);
      steps.add(
          new RestoreStep(
              step.mode, step.consumer, step.topic, latest.orElse(null), from.isPresent()));
    }
    return List.copyOf(steps);
  }

  /** Whether such a replay does this step: it goes through all records that are there. */
  boolean isDoneBy(ReplayRequest request) {
    return request.mode() == mode
        && request.consumer().equals(consumer)
        && request.topic().equals(topic)
        && request.selection().equals(ReplaySelection.all());
  }

  private static Instant begin(Replay replay) {
    return replay.startedAt() == null ? replay.requestedAt() : replay.startedAt();
  }

  private static boolean counts(ReplayState state) {
    return state != ReplayState.CANCELLED && state != ReplayState.REFUSED;
  }

  /** What a repair could not handle is a dead letter, and keeps nothing else back. */
  private static boolean isComplete(Replay replay) {
    if (replay.state() == ReplayState.DONE && replay.request().mode() == ReplayMode.REPAIR) {
      return true;
    }
    return replay.state() == ReplayState.DONE
        && replay.count(ReplayOutcome.FAILED) == 0
        && replay.count(ReplayOutcome.BEHIND_FAILED) == 0;
  }

  /** Such as {@code restore user-restore on profile.events}. */
  @Override
  public String toString() {
    return "%s %s on %s".formatted(mode.text(), consumer, topic);
  }
}
