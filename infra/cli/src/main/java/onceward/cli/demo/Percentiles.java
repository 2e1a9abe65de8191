package onceward.cli.demo;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The distribution of durations, in milliseconds, by nearest rank.
 *
 * @param count of how many; all else is 0 when it is
 */
record Percentiles(int count, double p50Ms, double p95Ms, double p99Ms, double maxMs) {

  private static final double NANOS_PER_MS = 1e6;

  static Percentiles of(List<Duration> durations) {
    List<Duration> sorted = durations.stream().sorted().toList();
    return new Percentiles(
        sorted.size(), rank(sorted, 50), rank(sorted, 95), rank(sorted, 99), rank(sorted, 100));
  }

  String text() {
    return String.format(
        Locale.ROOT,
        "p50 %.1f ms   p95 %.1f ms   p99 %.1f ms   max %.1f ms   (%d)",
        p50Ms,
        p95Ms,
        p99Ms,
        maxMs,
        count);
  }

  private static double rank(List<Duration> sorted, int percent) {
    if (sorted.isEmpty()) {
      return 0;
    }
    int rank = Math.ceilDiv(sorted.size() * percent, 100);
    return sorted.get(rank - 1).toNanos() / NANOS_PER_MS;
  }
}
