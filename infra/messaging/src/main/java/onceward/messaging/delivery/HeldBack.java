package onceward.messaging.delivery;

import java.time.Duration;
import java.time.Instant;

/**
 * A record that could not be handled, and holds back its partition.
 *
 * @param offset the offset of the record
 * @param failures how often the record has failed in a row
 * @param attempts how many of the failures count: those that were not transient
 * @param due when the record is tried again, for whoever reads it: the wall clock may be set
 * @param dueNanos when the record is tried again, as {@link System#nanoTime} counts
 * @param reason why the record failed, without anything that the record holds
 */
public record HeldBack(
    long offset, int failures, int attempts, Instant due, long dueNanos, String reason)
    implements RecordOutcome {

  /**
   * Describes a record that is tried again after a while.
   *
   * @param now the wall clock's time
   * @param nanos the time now, as {@link System#nanoTime} counts
   */
  public static HeldBack after(
      Duration wait,
      Instant now,
      long nanos,
      long offset,
      int failures,
      int attempts,
      String reason) {
    return new HeldBack(offset, failures, attempts, now.plus(wait), nanos + wait.toNanos(), reason);
  }

  /**
   * How long the record still waits; zero if it is due.
   *
   * @param nanos the time now, as {@link System#nanoTime} counts
   */
  public Duration dueIn(long nanos) {
    var left = dueNanos - nanos;
    return left > 0 ? Duration.ofNanos(left) : Duration.ZERO;
  }

  @Override
  public String toString() {
    return "offset %d has failed %d times, next try %s: %s"
        .formatted(offset, failures, due, reason);
  }
}
