package onceward.relay.capture;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import onceward.relay.position.Lsn;
import onceward.relay.source.DatabaseException;
import onceward.relay.source.Snapshot;
import onceward.relay.source.Snapshots;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Capture} that gives changes only when every session sees them.
 *
 * <p>PostgreSQL sends a commit to its slots once it is in the log. It shows the commit to other
 * sessions a moment later: when the committing process has run again and, with synchronous
 * replication, when the standby has it. A message that is published in between can have its answer
 * handled by a service that does not see yet what it asked about; and if the primary is lost in
 * between, the message tells of what no standby has.
 *
 * <p>One snapshot tells of all transactions that ended before it. So a backlog costs one question
 * to the database in all, and a stream one for each batch.
 */
public final class VisibleCapture implements Capture {

  /** Below the silence that is taken for a stall, so that the true reason is told. */
  private static final Duration WAIT_MAX = Duration.ofSeconds(15);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
  private static final Duration PAUSE_MAX = Duration.ofMillis(50);

  private final Capture capture;
  private final Snapshots snapshots;
  private final Duration waitMax;
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable Snapshot last;
  private @Nullable Waiting waiting;
  private @Nullable CaptureException failure;

  /** A batch that was captured and that not every session sees yet. */
  private static final class Waiting {

    private final CapturedBatch batch;
    private final long since = System.nanoTime();
    private Duration pause = FIRST_PAUSE;

    /** Who held the slot when the batch was looked at first; null before that. */
    private @Nullable Integer holder;

    private Waiting(CapturedBatch batch) {
      this.batch = batch;
    }

    private Duration nextPause() {
      var now = pause;
      pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
      return now;
    }
  }

  /**
   * @param snapshots of the same database; closed with this
   */
  public VisibleCapture(Capture capture, Snapshots snapshots) {
    this(capture, snapshots, WAIT_MAX);
  }

  /**
   * @param waitMax after which the capture ends, and says what it has waited for
   */
  VisibleCapture(Capture capture, Snapshots snapshots, Duration waitMax) {
    this.capture = capture;
    this.snapshots = snapshots;
    this.waitMax = waitMax;
  }

  @Override
  public Optional<CapturedBatch> next(Duration timeout) throws InterruptedException {
    if (failure != null) {
      throw failure;
    }
    var until = System.nanoTime() + timeout.toNanos();
    if (waiting == null) {
      waiting = capture.next(timeout).map(Waiting::new).orElse(null);
    }
    try {
      if (waiting == null || !isVisible(waiting, until)) {
        return Optional.empty();
      }
    } catch (CaptureException ended) {
      failure = ended;
      throw ended;
    }
    var batch = waiting.batch;
    waiting = null;
    return Optional.of(batch);
  }

  private boolean isVisible(Waiting one, long until) throws InterruptedException {
    var transactions = one.batch.transactions();
    if (last != null && last.seesAll(transactions)) {
      return true;
    }
    while (true) {
      var now = ask(snapshots::now);
      last = now;
      if (now.seesAll(transactions)) {
        requireSlot(one);
        return true;
      }
      if (one.holder == null) {
        one.holder = ask(snapshots::slotHolder);
      }
      if (System.nanoTime() - one.since > waitMax.toNanos()) {
        throw new CaptureException(
            "other sessions do not see yet what was committed, so its messages wait: the server waits for a synchronous standby (synchronous_standby_names), or is too busy",
            null);
      }
      var left = until - System.nanoTime();
      if (closing.await(Math.min(one.nextPause().toNanos(), left), TimeUnit.NANOSECONDS)) {
        throw CaptureException.closed();
      }
      if (left <= 0) {
        return false;
      }
    }
  }

  /** While a batch waits, nobody hears that the slot was lost; another relay may be further. */
  private void requireSlot(Waiting one) {
    if (one.holder != null && !one.holder.equals(ask(snapshots::slotHolder))) {
      throw new CaptureException(
          "the slot was lost while captured messages waited until other sessions see them", null);
    }
  }

  private <T> T ask(Supplier<T> question) {
    try {
      return question.get();
    } catch (DatabaseException noAnswer) {
      throw closing.getCount() == 0
          ? CaptureException.closed()
          : new CaptureException("captured messages wait: " + noAnswer.getMessage(), noAnswer);
    }
  }

  @Override
  public OptionalInt session() {
    return capture.session();
  }

  @Override
  public Optional<Lsn> backlogRead() {
    return capture.backlogRead();
  }

  @Override
  public void close() {
    closing.countDown();
    capture.close();
    snapshots.close();
  }
}
