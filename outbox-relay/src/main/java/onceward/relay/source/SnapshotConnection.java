package onceward.relay.source;

import java.sql.SQLException;
import java.time.Duration;

/**
 * {@link Snapshots} over one connection, for each batch of a stream. A server of which nothing is
 * heard is given up after seconds, because a Kafka transaction may be open meanwhile. Closing waits
 * for a question that is under way.
 */
final class SnapshotConnection implements Snapshots {

  private static final String SNAPSHOT = "select pg_current_snapshot()";

  private static final String HOLDER =
      "select coalesce(max(active_pid), 0) from pg_replication_slots where slot_name = ?";

  /** A connection that somebody has ended fails at once; one to a silent server does not. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final Connections connections;
  private final KeptConnection connection;
  private boolean closed;

  /**
   * @param connection to the server that was judged
   */
  SnapshotConnection(Connections connections, KeptConnection connection) {
    this.connections = connections;
    this.connection = connection;
  }

  @Override
  public Snapshot now() {
    return ask(open -> {
      try (var select = open.prepareStatement(SNAPSHOT)) {
        var row = select.executeQuery();
        row.next();
        return Snapshot.parse(row.getString(1));
      }
    });
  }

  @Override
  public int slotHolder() {
    return ask(open -> {
      try (var select = open.prepareStatement(HOLDER)) {
        select.setString(1, connections.settings().slot());
        var row = select.executeQuery();
        row.next();
        return row.getInt(1);
      }
    });
  }

  private synchronized <T> T ask(KeptConnection.Question<T> question) {
    var since = System.nanoTime();
    try {
      try {
        return asked(question);
      } catch (SQLException failed) {
        if (System.nanoTime() - since > AT_ONCE.toNanos()) {
          throw failed;
        }
        return asked(question);
      }
    } catch (SQLException noAnswer) {
      throw connections.silent("ask what is visible in", noAnswer);
    }
  }

  private <T> T asked(KeptConnection.Question<T> question) throws SQLException {
    if (closed) {
      throw new SQLException("the pipeline has closed the connection");
    }
    return connection.ask(question);
  }

  @Override
  public synchronized void close() {
    closed = true;
    connection.close();
  }
}
