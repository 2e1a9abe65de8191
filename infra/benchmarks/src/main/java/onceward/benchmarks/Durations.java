package onceward.benchmarks;

import java.util.Arrays;

/** Durations of the same thing done many times. Belongs to one thread. */
public final class Durations {

  private final long[] nanos;
  private int count;

  /** Room for so many; more are an error. */
  public Durations(int capacity) {
    this.nanos = new long[capacity];
  }

  /** Does the work once, and notes how long it took. */
  public void time(Runnable work) {
    var start = System.nanoTime();
    work.run();
    nanos[count++] = System.nanoTime() - start;
  }

  /** Notes how long something took that was measured elsewhere. */
  public void add(double seconds) {
    nanos[count++] = Math.round(seconds * 1e9);
  }

  /** The duration that this share of all does not exceed, in milliseconds. */
  public double percentileMs(double share) {
    var sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return sorted[Math.min(count - 1, (int) (count * share))] / 1e6;
  }

  /** The mean of all, in milliseconds. */
  public double meanMs() {
    return Arrays.stream(nanos, 0, count).average().orElse(0) / 1e6;
  }
}
