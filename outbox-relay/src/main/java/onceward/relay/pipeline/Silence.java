package onceward.relay.pipeline;

import java.time.Duration;
import java.util.function.LongSupplier;
import onceward.relay.position.Lsn;

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
  private Lsn backlogRead = new Lsn(0);

  /**
   * @param first how long each sign may take until something new has come through
   * @param usual how long each sign may take from then on
   */
  Silence(Duration first, Duration usual, LongSupplier nanoTime) {
    this.usual = usual;
    this.nanoTime = nanoTime;
    this.limit = first;
    this.lastSign = nanoTime.getAsLong();
  }

  /**
   * Something came through: a message, or the canary.
   *
   * @param isNew whether it lies behind the place where the pipeline started. The last transaction
   *     before that place comes again at once, however much log the server has to read then
   */
  void end(boolean isNew) {
    lastSign = nanoTime.getAsLong();
    if (isNew) {
      limit = usual;
    }
  }

  /**
   * The server has come to a place in its log, and nothing comes through.
   *
   * @return whether it has moved, and that after a silence so long that somebody should know
   * @throws StalledException if it has moved, and the silence was too long before
   */
  boolean endByReading(Lsn place) {
    if (!place.isAfter(backlogRead)) {
      return false;
    }
    throwIfTooLong();
    backlogRead = place;
    var now = nanoTime.getAsLong();
    if (now - lastSign < usual.toNanos() / 2) {
      return false;
    }
    lastSign = now;
    return true;
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
