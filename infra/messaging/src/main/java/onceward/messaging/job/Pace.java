package onceward.messaging.job;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a job takes its next message: at an even rate, and later after failures that time may mend.
 * Time that was lost is not made up for by a burst. Pure and immutable.
 *
 * @param interval from one message to the next; zero for as fast as it goes
 * @param nextNanos the earliest time of the next message, by the clock of whoever asks
 * @param transientInRow how many attempts in a row failed for what time may mend
 */
public record Pace(Duration interval, long nextNanos, int transientInRow) {

  private static final Duration WAIT_FIRST = Duration.ofSeconds(1);
  private static final int DOUBLINGS_MAX = 5;

  /** Begins now. */
  public static Pace of(@Nullable Double rate, long nowNanos) {
    var interval = rate == null ? Duration.ZERO : Duration.ofNanos((long) (1e9 / rate));
    return new Pace(interval, nowNanos, 0);
  }

  /** How long to wait before the next message; zero if it is due. */
  public Duration untilDue(long nowNanos) {
    return Duration.ofNanos(Math.max(0, nextNanos - nowNanos));
  }

  /** The pace after a message was taken at this time. */
  public Pace taken(long nowNanos) {
    return taken(nowNanos, 1);
  }

  /** The pace after so many messages were taken at this time. */
  public Pace taken(long nowNanos, int messages) {
    var due = Math.max(nextNanos, nowNanos - interval.toNanos());
    return new Pace(interval, due + messages * interval.toNanos(), transientInRow);
  }

  /** The pace after an attempt that ended, well or for good. */
  public Pace settled() {
    return new Pace(interval, nextNanos, 0);
  }

  /** The pace after an attempt that failed for what time may mend: 1 s more, 2 s, up to 32 s. */
  public Pace notNow(long nowNanos) {
    var wait = WAIT_FIRST.multipliedBy(1L << Math.min(transientInRow, DOUBLINGS_MAX));
    return new Pace(interval, Math.max(nextNanos, nowNanos + wait.toNanos()), transientInRow + 1);
  }
}
