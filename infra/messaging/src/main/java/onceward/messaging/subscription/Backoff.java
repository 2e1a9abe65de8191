package onceward.messaging.subscription;

import java.time.Duration;
import java.time.Instant;

/** Waits that double with every failure in a row, up to a maximum. */
final class Backoff {

  private static final int DOUBLINGS_MAX = 16;

  private Backoff() {}

  /** When to try again after so many failures in a row, the first being 1. */
  static Instant due(int failures, Instant now, MessagingConfiguration messaging) {
    return now.plus(wait(failures, messaging));
  }

  static Duration wait(int failures, MessagingConfiguration messaging) {
    var doubled = messaging.retryFirst().multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
    return min(doubled, messaging.retryMax());
  }

  static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
