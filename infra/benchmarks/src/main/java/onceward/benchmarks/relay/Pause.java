package onceward.benchmarks.relay;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waiting for a moment. */
final class Pause {

  private Pause() {}

  /** As below, so long from now. */
  static void of(Duration duration) {
    until(System.nanoTime() + duration.toNanos());
  }

  /**
   * Returns at that moment of {@link System#nanoTime()}, or at once when it has passed.
   *
   * @throws IllegalStateException if the thread is interrupted
   */
  static void until(long nanos) {
    for (var left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("interrupted while waiting");
      }
    }
  }
}
