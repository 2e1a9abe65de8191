package onceward.benchmarks;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/** How long something took, many times over; kept to three digits. For one thread. */
public final class Latency {

  private static final long HIGHEST_NANOS = Duration.ofHours(1).toNanos();
  private static final double NANOS_IN_MS = 1e6;

  private final Histogram histogram = new Histogram(HIGHEST_NANOS, 3);

  /** What took less than nothing counts as nothing, and more than an hour as an hour. */
  public void add(long nanos) {
    histogram.recordValue(Math.clamp(nanos, 0, HIGHEST_NANOS));
  }

  public void add(Latency other) {
    histogram.add(other.histogram);
  }

  public long count() {
    return histogram.getTotalCount();
  }

  /** What this percentage of all did not exceed. */
  public double ms(double percentile) {
    return histogram.getValueAtPercentile(percentile) / NANOS_IN_MS;
  }
}
