package onceward.relay;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import onceward.relay.database.Beat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Moves the canary again and again, and tells when for {@link #SILENCE_MAX} nothing came through:
 * whatever stands still, and however quietly, nothing else would show it while the outbox is
 * silent.
 *
 * <p>Moving and watching are two threads, for the move itself may wait for an answer.
 */
final class CanaryKeeper implements AutoCloseable {

  /** Below the 30 s within which a stall must be seen, by a beat and the time of a look. */
  static final Duration SILENCE_MAX = Duration.ofSeconds(20);

  private static final Logger log = LoggerFactory.getLogger(CanaryKeeper.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int DOUBLINGS_MAX = 5;

  private final PipelineParts parts;
  private final Consumer<Beat> seen;
  private final Consumer<RuntimeException> broken;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile long lastSign = System.nanoTime();
  private volatile Duration silenceMax;
  private volatile String fault = "the database does not answer";

  /**
   * @param stalls how often the pipeline has stalled since anything came through. The server may
   *     have to read much log before it tells anything, and a new start makes it begin anew: so
   *     each waits twice as long for its first sign
   * @param seen is told what every move showed
   * @param broken is told why the pipeline must not go on, on a thread of the keeper's
   */
  CanaryKeeper(
      PipelineParts parts, int stalls, Consumer<Beat> seen, Consumer<RuntimeException> broken) {
    this.parts = parts;
    this.silenceMax = parts.silenceMax().multipliedBy(1L << Math.min(stalls, DOUBLINGS_MAX));
    this.seen = seen;
    this.broken = broken;
  }

  void start(String pipeline) {
    Thread.ofVirtual().name("canary-" + pipeline).start(() -> move(pipeline));
    Thread.ofVirtual().name("canary-watch-" + pipeline).start(() -> watch(pipeline));
  }

  /** Something came through: a message, or the canary. */
  void sign() {
    lastSign = System.nanoTime();
    silenceMax = parts.silenceMax();
  }

  /**
   * Fails after too long a silence, whoever notices it first. A process that was suspended may have
   * lost its slot meanwhile, and the watch may wake after those that publish.
   */
  void throwIfSilent() {
    var silence = silence();
    if (isTooLong(silence)) {
      throw new StalledException(silence, fault);
    }
  }

  @Override
  public void close() {
    ended.countDown();
  }

  private void move(String pipeline) {
    MDC.put("pipeline", pipeline);
    do {
      try {
        seen.accept(parts.database().moveCanary());
        fault = "the database takes changes, but its log or Kafka does not answer";
      } catch (RuntimeException notNow) {
        // What matters is whether anything comes through.
        log.debug("The canary stands still", notNow);
        fault = String.valueOf(notNow.getMessage());
      }
    } while (!endsWithin(parts.canaryInterval()));
  }

  private void watch(String pipeline) {
    MDC.put("pipeline", pipeline);
    while (!endsWithin(LOOK)) {
      var silence = silence();
      if (isTooLong(silence)) {
        ended.countDown();
        broken.accept(new StalledException(silence, fault));
        return;
      }
    }
  }

  private Duration silence() {
    return Duration.ofNanos(System.nanoTime() - lastSign);
  }

  private boolean isTooLong(Duration silence) {
    return silence.compareTo(silenceMax) > 0;
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
