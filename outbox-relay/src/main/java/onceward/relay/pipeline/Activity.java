package onceward.relay.pipeline;

import java.time.Duration;
import onceward.relay.stop.StopReason;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline is doing. At most one worker is at work at a time; each activity but {@link
 * WatchingStop} and {@link Over} ends by an event, or else by its deadline, so that a worker that
 * never answers holds up nothing for ever. Deadlines are in {@link Moment#nanos()}.
 */
sealed interface Activity {

  /** Nothing, until it is time to look. */
  record Waiting(long deadline) implements Activity {}

  /** Looks at database, topics and slot. */
  record Looking(long deadline) implements Activity {}

  /** Watches the slot while another session holds it. */
  record WatchingSlot(long deadline) implements Activity {}

  /**
   * Writes down that rows may have been passed over, before anything else is done.
   *
   * @param then what is done once that is written down
   */
  record WritingDoubt(Then then, long deadline) implements Activity {}

  /**
   * Opens a publisher, and reads and judges the position; in a cluster that the pipeline has moved
   * to, also all ids of the outbox.
   *
   * @param taken the reason that an operator accepted for this start; null if none
   */
  record Opening(@Nullable StopReason taken, long deadline) implements Activity {}

  /**
   * Captures and publishes.
   *
   * @param silentAt when the pipeline has stalled unless something comes through before
   * @param silence how long that is since something came through last
   * @param fault what a silence would mean, by the last move of the canary
   */
  record Streaming(long silentAt, Duration silence, String fault) implements Activity {}

  /**
   * Ends a worker that holds a publisher, before anything else is done.
   *
   * @param doubt whether the worker writes a doubt down before it ends
   */
  record Ending(Then then, Doubt doubt, long deadline) implements Activity {

    Ending doing(Then other) {
      return new Ending(other, doubt, deadline);
    }
  }

  /** What a worker that is to end does about a doubt. */
  enum Doubt {
    /** The worker was not told of any. */
    NONE,
    /** The stream writes the doubt down. If it fails, another worker does. */
    BY_STREAM,
    /** A worker that does nothing else. If it fails, the next start writes the doubt down. */
    BY_WRITER
  }

  /** Stands still, and watches whether it may go on. */
  record WatchingStop() implements Activity {}

  /** Has ended for good. */
  record Over() implements Activity {}

  /** What is done once a worker has ended. */
  sealed interface Then {
    record Fail(Throwable cause) implements Then {}

    record Pause(Operator by) implements Then {}

    /** Goes on at once, as if it had been paused. */
    record Resume(Operator pausedBy, Operator by) implements Then {}

    record Close() implements Then {}
  }
}
