package onceward.relay.pipeline;

import java.time.Instant;
import onceward.messaging.RootCause;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.jspecify.annotations.Nullable;

/**
 * How often a pipeline has failed in one way without getting any further. A new start does not mend
 * such a failure; so after {@link #MAX} times the pipeline is stopped.
 *
 * <p>Failures that time mends are not counted: a server that does not answer, a connection that
 * breaks, a stall, a password file that is being exchanged. They do not end the count either, for
 * they say nothing of the failure before them.
 *
 * @param way by which exception, and where; texts differ from time to time
 * @param since when the pipeline failed so for the first time
 */
record RepeatedFailure(String way, Instant since, int count) {

  /** With the waits in between, most of a minute. */
  static final int MAX = 10;

  /**
   * The count after one more failure.
   *
   * @param before the count until then; null if there is none
   */
  static @Nullable RepeatedFailure after(
      @Nullable RepeatedFailure before, Throwable failure, Instant now) {
    if (Failures.isPassing(failure)) {
      return before;
    }
    var way = way(failure);
    return before != null && before.way.equals(way)
        ? new RepeatedFailure(way, before.since, before.count + 1)
        : new RepeatedFailure(way, now, 1);
  }

  /** Whether one of these failures is to be a stop. */
  boolean isLasting() {
    return count >= MAX;
  }

  /**
   * @param place up to where everything is published, for people
   */
  Stop stop(String pipeline, Throwable failure, String place) {
    return new Stop(
        StopReason.FAILS_REPEATEDLY,
        "failed %d times since %s at the same place, %s: %s (%s)"
            .formatted(count, since, place, RootCause.tell(failure), way),
        "infra/onceward relay resume " + pipeline);
  }

  private static String way(Throwable failure) {
    var root = Failures.causes(failure).reduce(failure, (_, deeper) -> deeper);
    var trace = root.getStackTrace();
    var name = root.getClass().getSimpleName();
    return trace.length == 0
        ? name
        : "%s at %s.%s"
            .formatted(
                name,
                trace[0].getClassName().substring(trace[0].getClassName().lastIndexOf('.') + 1),
                trace[0].getMethodName());
  }
}
