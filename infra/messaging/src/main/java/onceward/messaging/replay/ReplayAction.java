package onceward.messaging.replay;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import onceward.messaging.delivery.HandleOnce.Delivery;

/** What a replay does with the messages of its ranges, by its mode. Used by one thread. */
sealed interface ReplayAction permits RepairAction, ForceAction, RebuildAction, RestoreAction {

  /** Cannot be done as it stands; an operator reads why. */
  final class NotPossibleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotPossibleException(String why) {
      super(why);
    }
  }

  /**
   * What became of messages.
   *
   * @param unblocked the keys whose parked messages may go on
   */
  record Done(Map<ReplayOutcome, Long> counts, Set<String> unblocked) {}

  /**
   * Prepares a stretch of work.
   *
   * @return the ranges to go through
   * @throws NotPossibleException if the replay has to stand still
   */
  default List<ReplayRange> begin(Replay replay) {
    return replay.ranges();
  }

  /** The messages that are worked on and therefore count for the pace. */
  Set<UUID> due(List<UUID> messages);

  /**
   * Handles messages, in the open transaction.
   *
   * @throws onceward.messaging.delivery.FailedAtException if one failed
   */
  Done give(List<Delivery> chosen);

  /** So many records go into one transaction at most. */
  default int recordsAtOnceMax() {
    return 500;
  }

  /** Whether a message must not be handled when an earlier one of its key has failed. */
  default boolean keepsOrder() {
    return true;
  }

  /**
   * Whether a message that fails for good becomes a dead letter. Otherwise it is named, and nobody
   * claims it.
   */
  default boolean makesDeadLetters() {
    return false;
  }

  /** Why the replay stands still instead of ending, although it has gone through its ranges. */
  default Optional<String> unfinished(Replay replay) {
    return Optional.empty();
  }

  /**
   * Ends the replay, in the open transaction.
   *
   * @param change changes the state of the replay; false if it is no longer to end
   * @return what {@code change} has said
   */
  default boolean end(BooleanSupplier change) {
    return change.getAsBoolean();
  }
}
