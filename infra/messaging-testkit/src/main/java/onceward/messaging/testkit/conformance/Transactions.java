package onceward.messaging.testkit.conformance;

import java.util.concurrent.Callable;

/** How a suite runs work in a transaction of the store under test. Safe for many threads. */
@FunctionalInterface
public interface Transactions {

  /**
   * Runs the work in a new transaction of the calling thread: commits and returns what the work
   * returned, or rolls back and throws what it threw.
   */
  <T> T run(Callable<T> work);
}
