package onceward.relay.pipeline;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long nothing has come through, as the thread that publishes sees it. A process that was
 * suspended may have lost its slot meanwhile; the thread that publishes must know before it goes
 * on, and may wake before everybody else. For one thread.
 */
final class Silence {

  private final Duration usual;
  private final LongSupplier nanoTime;
  private Duration limit;
  private long lastSign;

  /**
   * @param first how long the first sign may take
   * @param usual how long each later sign may take
   */
  Silence(Duration first, Duration usual, LongSupplier nanoTime) {
    this.usual = usual;
    this.nanoTime = nanoTime;
    this.limit = first;
    this.lastSign = nanoTime.getAsLong();
  }

  /** Something came through: a message, or the canary. */
  void end() {
    lastSign = nanoTime.getAsLong();
    limit = usual;
  }

  /**
   * @throws StalledException if the silence is too long
   */
  void throwIfTooLong() {
    var silence = Duration.ofNanos(nanoTime.getAsLong() - lastSign);
    if (silence.compareTo(limit) > 0) {
      throw new StalledException(silence, "this relay was held up, or a server does not answer");
    }
  }
}
