package onceward.messaging.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.ThrowingRunnable;

/** How long an assertion may take to come true. */
record Patience(Duration atMost) {

  /** It must be true now. */
  static final Patience NONE = new Patience(Duration.ZERO);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /**
   * Returns once the check passes.
   *
   * @throws AssertionError as the check threw it last
   */
  void until(Runnable check) {
    if (atMost.isZero()) {
      check.run();
    } else {
      await(check::run);
    }
  }

  private void await(ThrowingRunnable check) {
    try {
      Awaitility.await()
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(LOOK_AGAIN)
          .atMost(atMost)
          .untilAsserted(check);
    } catch (ConditionTimeoutException late) {
      if (late.getCause() instanceof AssertionError failed) {
        throw new AssertionError(
            "still not after %s: %s".formatted(atMost, failed.getMessage()), failed);
      }
      throw late;
    }
  }
}
