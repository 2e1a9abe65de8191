package onceward.localstack.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition by polling, for a limited time. */
public final class Waiting {

  private Waiting() {}

  /**
   * Checks the condition at once and then every {@code poll} until it holds.
   *
   * @return false when it does not hold within {@code limit}, or the thread was interrupted
   */
  public static boolean until(BooleanSupplier condition, Duration limit, Duration poll) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(poll.toNanos());
    }
    return true;
  }
}
