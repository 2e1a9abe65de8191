package onceward.messaging.subscription;

import java.time.Duration;
import java.time.Instant;

/**
 * When a failed record is due again: a wait that doubles with every failure in a row, up to a
 * maximum.
 */
record Backoff(int failures, Instant due) {

  private static final int DOUBLINGS_MAX = 16;

  static Backoff after(int failures, Instant now, MessagingConfiguration messaging) {
    var wait = messaging.retryFirst().multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
    return new Backoff(failures, now.plus(min(wait, messaging.retryMax())));
  }

  static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
