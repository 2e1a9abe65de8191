package onceward.localstack;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Guards a start: a JVM that is told to end meanwhile stops what it has started, which makes the
 * start fail, and waits for that, so that nothing it was about to start stays behind.
 */
final class StopWhenKilled implements AutoCloseable {

  private static final long FAILING_LIMIT_S = 30;

  private final CountDownLatch startEnded = new CountDownLatch(1);
  private final Thread hook;

  StopWhenKilled(StackFile file, Consumer<String> progress) {
    this.hook = new Thread(() -> stop(file, progress), "stop-when-killed");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    startEnded.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endingAlready) {
      // The hook runs, and was just told that the start has ended.
    }
  }

  private void stop(StackFile file, Consumer<String> progress) {
    StackStop.stop(file, progress);
    try {
      startEnded.await(FAILING_LIMIT_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
