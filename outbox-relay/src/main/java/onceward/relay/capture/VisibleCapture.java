package onceward.relay.capture;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import onceward.relay.source.DatabaseException;
import onceward.relay.source.Snapshot;
import onceward.relay.source.SnapshotLook;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Capture} that gives changes only when everybody sees them.
 *
 * <p>PostgreSQL sends a commit to its slots once it is in the log. It shows the commit to other
 * sessions a moment later: when the committing process has run again and, with synchronous
 * replication, when the standby has it. A message that is published in between can have its answer
 * handled by a service that does not see yet what it asked about; and if the primary is lost in
 * between, the message tells of what no standby has.
 *
 * <p>One question to the database tells of all transactions that ended before it. So a backlog
 * costs one question in all, and a stream one for each batch.
 */
public final class VisibleCapture implements Capture {

  private static final Logger log = LoggerFactory.getLogger(VisibleCapture.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
  private static final Duration PAUSE_MAX = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(5);

  private final Capture capture;
  private final SnapshotLook look;
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable Snapshot last;
  private @Nullable Waiting waiting;

  /** A batch that was captured and is not seen by everybody yet. */
  private static final class Waiting {

    private final CapturedBatch batch;
    private final long since = System.nanoTime();
    private boolean isTold;

    private Waiting(CapturedBatch batch) {
      this.batch = batch;
    }
  }

  /**
   * @param look is closed with this
   */
  public VisibleCapture(Capture capture, SnapshotLook look) {
    this.capture = capture;
    this.look = look;
  }

  @Override
  public Optional<CapturedBatch> next(Duration timeout) throws InterruptedException {
    var until = System.nanoTime() + timeout.toNanos();
    if (waiting == null) {
      waiting = capture.next(timeout).map(Waiting::new).orElse(null);
    }
    if (waiting == null || !isSeen(waiting, until)) {
      return Optional.empty();
    }
    var batch = waiting.batch;
    waiting = null;
    return Optional.of(batch);
  }

  private boolean isSeen(Waiting one, long until) throws InterruptedException {
    if (last != null && unseen(one.batch, last) == 0) {
      return true;
    }
    for (var pause = FIRST_PAUSE.toNanos(); ; pause = Math.min(2 * pause, PAUSE_MAX.toNanos())) {
      var now = look();
      last = now;
      var unseen = unseen(one.batch, now);
      if (unseen == 0) {
        return true;
      }
      tellIfLong(one, unseen);
      var left = until - System.nanoTime();
      if (closing.await(Math.min(pause, left), TimeUnit.NANOSECONDS)) {
        throw CaptureException.closed();
      }
      if (left <= 0) {
        return false;
      }
    }
  }

  private static long unseen(CapturedBatch batch, Snapshot snapshot) {
    return batch.transactions().stream().filter(id -> !snapshot.sees(id)).count();
  }

  private Snapshot look() {
    try {
      return look.look();
    } catch (DatabaseException silent) {
      throw closing.getCount() == 0
          ? CaptureException.closed()
          : new CaptureException("captured messages wait: " + silent.getMessage(), silent);
    }
  }

  private void tellIfLong(Waiting one, long unseen) {
    if (!one.isTold && System.nanoTime() - one.since > LONG.toNanos()) {
      one.isTold = true;
      log.warn(
          "Messages of {} committed transactions wait, because other sessions do not see these transactions yet. "
              + "Does the server wait for a synchronous standby (synchronous_standby_names)?",
          unseen);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    capture.close();
    look.close();
  }
}
