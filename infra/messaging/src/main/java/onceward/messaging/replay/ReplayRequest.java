package onceward.messaging.replay;

import org.jspecify.annotations.Nullable;

/**
 * What an operator asks for. Immutable.
 *
 * @param rate messages a second that are handled at most
 * @param failuresMax after so many messages that failed, the replay pauses itself
 * @param operator who asks
 * @param reason why; required to handle messages again
 * @param withoutBeginning whether a rebuild or a restore may go without the first records of the
 *     topic, where Kafka no longer has these
 * @param deadLetters whether what fails for good in a repair becomes a dead letter, as in live
 *     consumption; later messages of its key then wait behind the letter, live ones too
 */
public record ReplayRequest(
    String consumer,
    String topic,
    ReplayMode mode,
    ReplaySelection selection,
    double rate,
    int failuresMax,
    String operator,
    @Nullable String reason,
    boolean withoutBeginning,
    boolean deadLetters) {

  /** So many messages may fail, if the operator gives no number. */
  public static final int FAILURES_MAX = 100;

  private static final double RATE_MIN = 0.01;
  private static final double RATE_MAX = 100_000;
  private static final int FAILURES_LIMIT = 10_000;

  /**
   * Of a topic that has all its records, or of a part of a topic. What fails becomes no dead
   * letter.
   */
  public ReplayRequest(
      String consumer,
      String topic,
      ReplayMode mode,
      ReplaySelection selection,
      double rate,
      int failuresMax,
      String operator,
      @Nullable String reason) {
    this(consumer, topic, mode, selection, rate, failuresMax, operator, reason, false, false);
  }

  public ReplayRequest {
    if (!(rate >= RATE_MIN && rate <= RATE_MAX)) {
      throw new IllegalArgumentException(
          "rate is %s; allowed: %s to %,.0f messages a second".formatted(rate, RATE_MIN, RATE_MAX));
    }
    if (failuresMax < 1 || failuresMax > FAILURES_LIMIT) {
      throw new IllegalArgumentException(
          "failuresMax is %d; allowed: 1 to %,d".formatted(failuresMax, FAILURES_LIMIT));
    }
    if (mode == ReplayMode.FORCE && (reason == null || reason.isBlank())) {
      throw new IllegalArgumentException(
          "a reason is required to handle messages again: their effects happen twice");
    }
    if (mode == ReplayMode.FORCE && selection.messages().isEmpty()) {
      throw new IllegalArgumentException(
          "name the messages to handle again: force takes 1 to %,d message ids"
              .formatted(ReplaySelection.NAMED_MAX));
    }
    if (withoutBeginning && !mode.isOfWholeTopic()) {
      throw new IllegalArgumentException(
          "withoutBeginning is 'true'; allowed: false, for %s takes the records that are chosen"
              .formatted(mode.text()));
    }
    if (deadLetters && mode != ReplayMode.REPAIR) {
      throw new IllegalArgumentException(
          "deadLetters is 'true'; allowed: false, for only what repair fails to handle becomes a dead letter, and mode is %s"
              .formatted(mode.text()));
    }
    if (mode.isOfWholeTopic() && !selection.equals(ReplaySelection.all())) {
      throw new IllegalArgumentException(
          "%s goes through all records of the topic; leave out: %s"
              .formatted(mode.text(), selection));
    }
  }
}
