package onceward.relay;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import onceward.relay.database.DatabaseException;
import onceward.relay.database.SourceDatabase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the canary every {@link #BEAT}, and tells when for {@link #SILENCE_MAX} nothing came
 * through: whatever stands still, and however quietly, nothing else would show it while the outbox
 * is silent.
 *
 * <p>Moving and watching are two threads, for the move itself may wait for an answer.
 */
final class CanaryKeeper implements AutoCloseable {

  /** Also how often the slot moves while the outbox is silent. */
  static final Duration BEAT = Duration.ofSeconds(5);

  /** Below the 30 s within which a stall must be seen, by a beat and the time of a look. */
  static final Duration SILENCE_MAX = Duration.ofSeconds(20);

  private static final Logger log = LoggerFactory.getLogger(CanaryKeeper.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final SourceDatabase database;
  private final Consumer<Duration> stalled;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile long lastSign = System.nanoTime();

  /**
   * @param stalled is told once, on a thread of the keeper's
   */
  CanaryKeeper(SourceDatabase database, Consumer<Duration> stalled) {
    this.database = database;
    this.stalled = stalled;
  }

  void start(String pipeline) {
    Thread.ofVirtual().name("canary-" + pipeline).start(this::move);
    Thread.ofVirtual().name("canary-watch-" + pipeline).start(this::watch);
  }

  /** Something came through: a message, or the canary. */
  void sign() {
    lastSign = System.nanoTime();
  }

  @Override
  public void close() {
    ended.countDown();
  }

  private void move() {
    do {
      try {
        database.moveCanary();
      } catch (DatabaseException notNow) {
        // What matters is whether anything comes through.
        log.debug("The canary stands still", notNow);
      }
    } while (!endsWithin(BEAT));
  }

  private void watch() {
    while (!endsWithin(LOOK)) {
      var silence = Duration.ofNanos(System.nanoTime() - lastSign);
      if (silence.compareTo(SILENCE_MAX) > 0) {
        ended.countDown();
        stalled.accept(silence);
        return;
      }
    }
  }

  private boolean endsWithin(Duration wait) {
    try {
      return ended.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
