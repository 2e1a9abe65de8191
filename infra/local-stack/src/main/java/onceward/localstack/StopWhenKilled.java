package onceward.localstack;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Guards a start: a JVM that gets a signal to end during a start stops the processes that it has
 * started. That makes the start fail, and the JVM waits for the failure, so that no process stays
 * behind.
 */
final class StopWhenKilled implements AutoCloseable {

  private static final long FAILING_LIMIT_S = 30;

  private final CountDownLatch startEnded = new CountDownLatch(1);
  private final Thread hook;

  StopWhenKilled(StackHome home, Consumer<String> progress) {
    this.hook = new Thread(() -> stop(home, progress), "stop-when-killed");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    startEnded.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endingAlready) {
      // The hook runs already, and the latch has just released it.
    }
  }

  private void stop(StackHome home, Consumer<String> progress) {
    StackStop.stop(home, progress);
    try {
      startEnded.await(FAILING_LIMIT_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
