package onceward.relay.pipeline;

import java.time.Duration;

/** How long a failed pipeline waits: 100 ms, doubled with every failure in a row, at most 10 s. */
final class Backoff {

  static final Duration FIRST = Duration.ofMillis(100);
  static final Duration MAX = Duration.ofSeconds(10);
  private static final int DOUBLINGS_MAX = 7;

  private Backoff() {}

  /**
   * @param failures in a row, at least 1
   * @param chance from 0 to 1; takes away up to half, so that pipelines do not start in step
   */
  static Duration after(int failures, double chance) {
    var doubled = FIRST.toMillis() << Math.min(failures - 1, DOUBLINGS_MAX);
    var capped = Math.min(doubled, MAX.toMillis());
    return Duration.ofMillis(Math.round(capped * (1 - chance / 2)));
  }
}
