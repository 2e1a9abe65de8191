package onceward.messaging.delivery;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The wait before the next attempt. Doubles with every failure in a row, up to a maximum. Chance
 * shortens each wait by up to a fifth, so that processes that failed together do not come back
 * together.
 */
public final class RetryWait {

  private static final int DOUBLINGS_MAX = 16;
  private static final double JITTER = 0.2;

  private RetryWait() {}

  /** How long to wait after so many failures in a row, the first being 1. */
  public static Duration wait(int failures, MessagingConfiguration messaging) {
    var doubled = messaging.retryFirst().multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
    var whole = min(doubled, messaging.retryMax()).toNanos();
    return Duration.ofNanos(
        (long) (whole * (1 - JITTER * ThreadLocalRandom.current().nextDouble())));
  }

  /** The shorter of two waits. */
  public static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
