package onceward.relay.capture.engine;

import io.debezium.engine.DebeziumEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends an engine, and knows why it ended. Thread-safe. */
final class EngineShutdown implements DebeziumEngine.CompletionCallback {

  private static final Logger log = LoggerFactory.getLogger(EngineShutdown.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch reachedOrLeft = new CountDownLatch(1);
  private volatile String reason = "without a reason";
  private volatile @Nullable Throwable cause;

  @Override
  public void handle(boolean success, @Nullable String message, @Nullable Throwable error) {
    reason = rootMessage(message, error);
    cause = error;
  }

  String reason() {
    return reason;
  }

  @Nullable Throwable cause() {
    return cause;
  }

  /** The engine has ended, or never began. */
  void reached() {
    reached.countDown();
    reachedOrLeft.countDown();
  }

  /** Whether it has ended, or is not waited for any more. */
  boolean isReachedOrLeft() {
    return reachedOrLeft.getCount() == 0;
  }

  /**
   * Closes the engine and waits until it has ended, but no longer than {@link #PATIENCE}: then the
   * engine is left behind, and closed as soon as it allows that.
   */
  void close(DebeziumEngine<?> engine) {
    if (isReachedOrLeft()) {
      return;
    }
    // An engine may wait long for its own threads.
    Thread.ofVirtual().name("close-engine").start(() -> closeUntilEnded(engine));
    try {
      if (!reachedOrLeft.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("Left a capture engine behind that did not end within {}", PATIENCE);
        reachedOrLeft.countDown();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeUntilEnded(DebeziumEngine<?> engine) {
    try {
      var closed = isClosed(engine);
      while (!closed && !reached.await(BETWEEN_ATTEMPTS.toMillis(), TimeUnit.MILLISECONDS)) {
        closed = isClosed(engine);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** An engine refuses to be closed while its task starts, and once it is closing already. */
  private static boolean isClosed(DebeziumEngine<?> engine) {
    try {
      engine.close();
      return true;
    } catch (IllegalStateException refused) {
      return false;
    } catch (IOException e) {
      log.debug("Closing the engine failed", e);
      return true;
    }
  }

  private static String rootMessage(@Nullable String message, @Nullable Throwable error) {
    var text = message;
    for (var cause = error; cause != null; cause = cause.getCause()) {
      var tellsLittle = cause.getMessage() == null || cause instanceof Error;
      text = tellsLittle ? cause.toString() : cause.getMessage();
    }
    return text == null ? "without a reason" : text.strip();
  }
}
