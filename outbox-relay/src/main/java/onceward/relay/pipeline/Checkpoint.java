package onceward.relay.pipeline;

import java.time.Duration;
import java.util.function.LongSupplier;
import onceward.relay.capture.CapturedBatch.Acknowledgement;
import onceward.relay.position.Position;
import onceward.relay.publish.Publisher;
import org.jspecify.annotations.Nullable;

/**
 * Lets the slot move past what is published: the position is written down, then the capture
 * acknowledges. For a message that comes alone a checkpoint takes as long as publishing it, and the
 * next message waits meanwhile; so there is one checkpoint at most in an interval.
 *
 * <p>After a crash the next generation captures again what was published without a checkpoint. At
 * least once, it is published again; exactly once, the position is part of every transaction, and
 * only the acknowledgement comes later. For the thread that publishes.
 */
final class Checkpoint {

  /**
   * A thread that comes that late was suspended, perhaps with its whole process, and another relay
   * may have gone on since; the next batch, be it the canary's, shows whether the slot is still
   * held.
   */
  private static final Duration LATE = Duration.ofSeconds(1);

  private final Publisher publisher;
  private final Duration interval;
  private final LongSupplier nanoTime;
  private @Nullable Pending pending;
  private long madeAt;

  /**
   * @param interval zero for a checkpoint with every batch
   */
  Checkpoint(Publisher publisher, Duration interval, LongSupplier nanoTime) {
    this.publisher = publisher;
    this.interval = interval;
    this.nanoTime = nanoTime;
    this.madeAt = nanoTime.getAsLong() - interval.toNanos();
  }

  /** A batch is published. Makes a checkpoint if one is due. */
  void published(Position reached, Acknowledgement acknowledgement) throws InterruptedException {
    pending = new Pending(reached, acknowledgement, nanoTime.getAsLong());
    makeIfDue();
  }

  /** How long it is, at most, until a checkpoint is due. */
  Duration untilDue(Duration atMost) {
    if (pending == null || isLate(pending)) {
      return atMost;
    }
    var wait = Duration.ofNanos(madeAt + interval.toNanos() - nanoTime.getAsLong());
    return wait.compareTo(atMost) < 0 ? wait : atMost;
  }

  /** Makes a checkpoint of the last batch, if it is due and not too late. */
  void makeIfDue() throws InterruptedException {
    if (nanoTime.getAsLong() - madeAt >= interval.toNanos()) {
      make();
    }
  }

  /** Makes a checkpoint of the last batch now, if it is not too late. */
  void make() throws InterruptedException {
    var last = pending;
    if (last == null || isLate(last)) {
      return;
    }
    publisher.checkpoint(last.position());
    last.acknowledgement().send();
    pending = null;
    madeAt = nanoTime.getAsLong();
  }

  /**
   * Another position was written down, which covers all that was published. The slot moves with the
   * next batch.
   */
  void superseded() {
    pending = null;
  }

  private boolean isLate(Pending last) {
    return nanoTime.getAsLong() - last.since() >= 2 * interval.toNanos() + LATE.toNanos();
  }

  private record Pending(Position position, Acknowledgement acknowledgement, long since) {}
}
