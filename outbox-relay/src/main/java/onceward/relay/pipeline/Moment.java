package onceward.relay.pipeline;

import java.time.Duration;
import java.time.Instant;

/**
 * When something is decided, and by which chance: all that a decision takes from the world besides
 * state and event.
 *
 * @param time for people; may jump
 * @param nanos of a clock that never jumps, for waits and limits
 * @param chance from 0 to 1
 */
record Moment(Instant time, long nanos, double chance) {

  long after(Duration wait) {
    return nanos + wait.toNanos();
  }

  boolean isPast(long deadline) {
    return nanos - deadline >= 0;
  }
}
