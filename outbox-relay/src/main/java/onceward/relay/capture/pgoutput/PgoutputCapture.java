package onceward.relay.capture.pgoutput;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import onceward.messaging.RootCause;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureException;
import onceward.relay.capture.CaptureSettings;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.capture.Resumption;
import onceward.relay.capture.UnreadableRowException;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.source.Connections;
import onceward.relay.source.JudgedServer;
import onceward.relay.stop.StoppedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * A {@link Capture} that reads PostgreSQL's replication messages by itself. It begins where the
 * slot stands, as Debezium's engine does, and gives the same changes at the same places.
 *
 * <p>One thread reads, decodes and keeps the server informed; it waits only when as many bytes as
 * the settings allow wait to be taken. It hands on whole transactions, and parts of long ones.
 */
public final class PgoutputCapture implements Capture {

  private static final Logger log = LoggerFactory.getLogger(PgoutputCapture.class);

  /** How long a reader may take to end by itself before its connection is taken from it. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The preflight waits for a slot that is taken; here our own last session may still have it. */
  private static final int SLOT_RETRIES = 5;

  /** How soon a reader that has come to its end hears of an acknowledgement. */
  private static final Duration IDLE_LOOK = Duration.ofMillis(10);

  private static final Duration SLOT_RETRY_DELAY = Duration.ofMillis(200);
  private static final String SLOT_IN_USE = "55006";

  /** Of a long transaction, no more than either is handed on at a time. */
  private static final int PART_CHANGES_MAX = 64;

  private static final int PART_BYTES_MAX = 256 * 1024;

  private final Position from;
  private final CaptureSettings settings;
  private final ChangeReader changes;
  private final ReadAhead ahead;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<Change> part = new ArrayList<>(PART_CHANGES_MAX);
  private int partBytes;
  private boolean started;
  private volatile @Nullable Connection connection;
  private volatile @Nullable ReplicationSession session;
  private volatile @Nullable Lsn backlogRead;

  /**
   * A capture that gives only what comes behind a position; everything, if the position has no
   * place.
   *
   * @param discarded rows that are passed over where they cannot be read
   */
  public PgoutputCapture(Position from, CaptureSettings settings, Set<UUID> discarded) {
    this.from = from;
    this.settings = settings;
    this.changes =
        new ChangeReader(
            settings.database(),
            from.premises().outbox(),
            new Resumption(settings.pipeline(), from),
            discarded);
    this.ahead = new ReadAhead(settings.batchMax(), settings.queueMaxBytes());
  }

  @Override
  public Optional<CapturedBatch> next(Duration timeout) throws InterruptedException {
    start();
    return ahead.take(timeout, this::confirm);
  }

  @Override
  public Optional<Lsn> backlogRead() {
    return Optional.ofNullable(backlogRead);
  }

  private synchronized void start() {
    if (!started && !isClosing()) {
      started = true;
      Thread.ofPlatform().name("capture-" + settings.pipeline()).start(this::run);
    }
  }

  @Override
  public OptionalInt session() {
    var begun = session;
    return begun == null ? OptionalInt.empty() : OptionalInt.of(begun.process());
  }

  private void confirm(Lsn place) {
    var open = session;
    if (open != null) {
      open.confirm(place);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    ahead.endNow(CaptureException.closed());
    if (!isStarted()) {
      return;
    }
    try {
      if (!ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("Took its connection from a capture that did not end within {}", PATIENCE);
        abort();
      }
    } catch (InterruptedException e) {
      abort();
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean isStarted() {
    return started;
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void abort() {
    var open = connection;
    if (open != null) {
      try {
        open.abort(Runnable::run);
      } catch (SQLException gone) {
        log.debug("The connection of a capture could not be ended", gone);
      }
    }
  }

  // ---- the thread that reads

  private void run() {
    MDC.put("pipeline", settings.pipeline());
    try {
      readToEnd(open());
    } catch (SQLException | RuntimeException | Error | InterruptedException failure) {
      if (!isClosing()) {
        ahead.endNow(CaptureException.ended(settings.database(), RootCause.tell(failure), failure));
      }
    } finally {
      disconnect();
      ended.countDown();
    }
  }

  private ReplicationSession open() throws SQLException, InterruptedException {
    for (var attempt = 1; ; attempt++) {
      try {
        var opened =
            new Connections(settings.pipeline(), settings.database())
                .openForReplication(ReplicationSockets.class);
        connection = opened;
        JudgedServer.of(from).require(opened);
        var begun = ReplicationSession.begin(opened, settings.database());
        session = begun;
        return begun;
      } catch (SQLException failed) {
        disconnect();
        if (!SLOT_IN_USE.equals(failed.getSQLState())
            || attempt > SLOT_RETRIES
            || closing.await(SLOT_RETRY_DELAY.toMillis(), TimeUnit.MILLISECONDS)) {
          throw failed;
        }
      }
    }
  }

  private void disconnect() {
    try (var _ = connection) {
      connection = null;
    } catch (SQLException gone) {
      log.debug("The connection of a capture did not close in order", gone);
    }
  }

  private void readToEnd(ReplicationSession open) throws SQLException, InterruptedException {
    try {
      while (!isClosing()) {
        read(open);
        open.tellConfirmed();
        keepAliveUntilRoom(open);
      }
    } catch (UnreadableRowException | StoppedException end) {
      handOn();
      ahead.endBehind(end);
      // What was read before is still being published, under the protection of the slot.
      while (!closing.await(IDLE_LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        open.keepAlive();
      }
    }
    open.tellConfirmed();
  }

  private void read(ReplicationSession from) throws SQLException {
    var bytes = from.read();
    if (bytes == null) {
      // In the middle of a transaction: the server is busy with what is of others.
      handOn();
      backlogRead = from.backlogRead();
      return;
    }
    var length = bytes.remaining();
    var message = PgoutputDecoder.decode(bytes);
    var change = changes.read(message, from.place(), length);
    if (change != null) {
      part.add(change);
      partBytes += length;
    }
    if (message instanceof PgoutputMessage.Commit
        || part.size() == PART_CHANGES_MAX
        || partBytes >= PART_BYTES_MAX) {
      handOn();
    }
  }

  private void handOn() {
    if (!part.isEmpty()) {
      ahead.put(part);
      part.clear();
      partBytes = 0;
    }
  }

  private void keepAliveUntilRoom(ReplicationSession open)
      throws SQLException, InterruptedException {
    while (!ahead.awaitRoom(ReplicationSession.STATUS_INTERVAL)) {
      open.keepAlive();
    }
  }
}
