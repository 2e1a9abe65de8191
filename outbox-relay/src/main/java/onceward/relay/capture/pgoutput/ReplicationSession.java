package onceward.relay.capture.pgoutput;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import onceward.relay.position.Lsn;
import onceward.relay.source.DatabaseSettings;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * A connection that holds the slot, and the stream over it. For one thread, but for {@link
 * #confirm}.
 */
final class ReplicationSession {

  /**
   * How often the server hears from us at least. Bounds the latency as well: about one lone message
   * in 300 is sent only when the server hears from us again.
   */
  static final Duration STATUS_INTERVAL = Duration.ofMillis(200);

  // The server's own answer: a pooler in between tells the driver another number.
  private static final String SELECT_PROCESS = "select pg_backend_pid()";

  private static final String LOG_END = "select pg_current_wal_lsn()::text";

  private final PGReplicationStream stream;
  private final int process;
  private final Lsn logEnd;
  private final AtomicLong confirmed = new AtomicLong();
  private long toldConfirmed;
  private long toldAt = System.nanoTime();
  private Lsn backlogRead = new Lsn(0);

  private ReplicationSession(PGReplicationStream stream, int process, Lsn logEnd) {
    this.stream = stream;
    this.process = process;
    this.logEnd = logEnd;
  }

  /**
   * Takes the slot, and begins where it stands.
   *
   * @param connection as {@link onceward.relay.source.Connections#openForReplication} opens it
   * @throws SQLException also if another has the slot
   */
  static ReplicationSession begin(Connection connection, DatabaseSettings database)
      throws SQLException {
    var process = process(connection);
    var logEnd = logEnd(connection);
    // A timeout of the driver's in the middle of a message could lose a part of it.
    connection.setNetworkTimeout(Runnable::run, 0);
    var stream =
        connection
            .unwrap(PGConnection.class)
            .getReplicationAPI()
            .replicationStream()
            .logical()
            .withSlotName("\"%s\"".formatted(database.slot()))
            .withSlotOption("proto_version", 1)
            .withSlotOption("publication_names", "\"%s\"".formatted(database.publication()))
            // Only what was acknowledged; else the driver moves the slot by itself.
            .withAutomaticFlush(false)
            .withStatusInterval((int) STATUS_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
            .start();
    // The start has set it to the interval of the status.
    connection.setNetworkTimeout(Runnable::run, 0);
    return new ReplicationSession(stream, process, logEnd);
  }

  private static int process(Connection connection) throws SQLException {
    try (var select = connection.createStatement();
        var row = select.executeQuery(SELECT_PROCESS)) {
      row.next();
      return row.getInt(1);
    }
  }

  private static Lsn logEnd(Connection connection) throws SQLException {
    try (var select = connection.createStatement();
        var row = select.executeQuery(LOG_END)) {
      row.next();
      return Lsn.parse(row.getString(1));
    }
  }

  /** The server's process that serves this session. */
  int process() {
    return process;
  }

  /**
   * The next message, as soon as there is one; null if none came within {@link
   * ReplicationSockets#WAIT}.
   *
   * @throws SQLException if the connection is lost, or the server ends the stream
   */
  @Nullable ByteBuffer read() throws SQLException {
    var message = stream.readPending();
    if (message == null && stream.isClosed()) {
      throw new SQLException("the server ended the stream", "08006");
    }
    return message;
  }

  /** Where the message read last lies in the log; or how far the server has come since. */
  Lsn place() {
    return new Lsn(stream.getLastReceiveLSN().asLong());
  }

  /**
   * How far the server has read the log that there was when this began. Asks the server until it
   * has read all of that; to be called while no message comes. The server answers with the end of
   * the record that it has decoded last ({@code sentPtr} of its {@code walsender.c}), also if it
   * sends nothing of it. It does not get on while it decodes one transaction at its commit.
   */
  Lsn backlogRead() throws SQLException {
    var place = place();
    var read = place.isAfter(logEnd) ? logEnd : place;
    if (read.isAfter(backlogRead)) {
      backlogRead = read;
    }
    if (logEnd.isAfter(backlogRead) && System.nanoTime() - toldAt >= STATUS_INTERVAL.toNanos()) {
      // The driver asks for an answer with it.
      tell();
    }
    return backlogRead;
  }

  /** Lets the slot move; it never moves back. Takes effect when the server hears it. */
  void confirm(Lsn place) {
    confirmed.accumulateAndGet(
        place.value(), (one, other) -> Long.compareUnsigned(one, other) > 0 ? one : other);
  }

  /** Tells the server what was confirmed since it heard last. */
  void tellConfirmed() throws SQLException {
    if (confirmed.get() != toldConfirmed) {
      tell();
    }
  }

  /**
   * As a reader does that does not read now: the server ends a session that it never hears from.
   */
  void keepAlive() throws SQLException {
    if (confirmed.get() != toldConfirmed
        || System.nanoTime() - toldAt >= STATUS_INTERVAL.toNanos()) {
      tell();
    }
  }

  private void tell() throws SQLException {
    var place = confirmed.get();
    var lsn = LogSequenceNumber.valueOf(place);
    stream.setFlushedLSN(lsn);
    stream.setAppliedLSN(lsn);
    stream.forceUpdateStatus();
    toldConfirmed = place;
    toldAt = System.nanoTime();
  }
}
