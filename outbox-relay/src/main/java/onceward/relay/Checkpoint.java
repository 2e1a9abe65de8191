package onceward.relay;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import onceward.relay.capture.CapturedBatch.Acknowledgement;
import onceward.relay.position.Position;
import onceward.relay.publish.Publisher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Lets the slot move past what is published: the position is written down, then the slot is told.
 * For a message that comes alone that takes as long as publishing it, and the next waits meanwhile;
 * so it is done at most once in an interval. What comes last is not left undone for longer than two
 * intervals, for which there is a thread.
 *
 * <p>What a crash finds undone is captured again. At least once, it is published again; exactly
 * once, the position is part of every batch, and only the slot is told of it later.
 */
final class Checkpoint implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Checkpoint.class);

  /**
   * A thread that is that late was suspended, perhaps with its whole process, and another relay may
   * have gone on since; the next batch, be it the canary's, shows whether the slot is still held.
   */
  private static final Duration LATE = Duration.ofSeconds(1);

  /** How long closing waits for a batch in hand, which then makes its own. */
  private static final Duration BATCH_PATIENCE = Duration.ofSeconds(5);

  private final Publisher publisher;
  private final Duration interval;
  private final Consumer<RuntimeException> broken;
  private final LongSupplier nanoTime;
  private final ReentrantLock turn = new ReentrantLock();
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable Pending pending;
  private long madeAt;

  /**
   * @param interval zero for one with every batch
   * @param broken is told why the pipeline must not go on, on a thread of the checkpoint's
   */
  Checkpoint(Publisher publisher, Duration interval, Consumer<RuntimeException> broken) {
    this(publisher, interval, broken, System::nanoTime);
  }

  /** By another clock. */
  Checkpoint(
      Publisher publisher,
      Duration interval,
      Consumer<RuntimeException> broken,
      LongSupplier nanoTime) {
    this.publisher = publisher;
    this.interval = interval;
    this.broken = broken;
    this.nanoTime = nanoTime;
    this.madeAt = nanoTime.getAsLong() - interval.toNanos();
  }

  void start(String pipeline) {
    if (interval.isPositive()) {
      Thread.ofVirtual().name("checkpoint-" + pipeline).start(() -> makeTheLast(pipeline));
    }
  }

  /**
   * Does it while no checkpoint is made but by itself: publishers are for one thread at a time. If
   * it fails, none is made any more of what was published before.
   */
  void inTurn(Step step) throws InterruptedException {
    turn.lockInterruptibly();
    var failed = true;
    try {
      step.take();
      failed = false;
    } finally {
      if (failed) {
        pending = null;
      }
      turn.unlock();
    }
  }

  /** A batch is published; in turn. */
  void reached(Position position, Acknowledgement acknowledgement) throws InterruptedException {
    var now = nanoTime.getAsLong();
    pending = new Pending(position, acknowledgement, now);
    if (now - madeAt >= interval.toNanos() || closing.getCount() == 0) {
      make();
    }
  }

  /** Makes one of what is published and not too old, in turn. */
  void makeOfTheLast() throws InterruptedException {
    var last = pending;
    if (last != null
        && nanoTime.getAsLong() - last.since() < 2 * interval.toNanos() + LATE.toNanos()) {
      make();
    }
  }

  /** Makes one now if it can, and from now on with every batch. */
  void settle() {
    closing.countDown();
    try {
      if (turn.tryLock(BATCH_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          makeOfTheLast();
        } finally {
          turn.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException notNow) {
      log.debug("What came last will be captured again", notNow);
    }
  }

  /** Makes none any more by itself. */
  @Override
  public void close() {
    closing.countDown();
  }

  private void make() throws InterruptedException {
    var last = pending;
    if (last != null) {
      publisher.checkpoint(last.position());
      last.acknowledgement().send();
      pending = null;
      madeAt = nanoTime.getAsLong();
    }
  }

  private void makeTheLast(String pipeline) {
    MDC.put("pipeline", pipeline);
    try {
      while (!closing.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
        inTurn(this::makeOfTheLast);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException failure) {
      broken.accept(failure);
    }
  }

  private record Pending(Position position, Acknowledgement acknowledgement, long since) {}

  /** What is done in turn. */
  @FunctionalInterface
  interface Step {
    void take() throws InterruptedException;
  }
}
