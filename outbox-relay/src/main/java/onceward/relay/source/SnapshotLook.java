package onceward.relay.source;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Asks again and again what everybody sees, over one connection: once for each batch of a stream.
 * Safe for use by many threads; closing waits for a question that is under way, which is bounded in
 * time.
 */
public final class SnapshotLook implements AutoCloseable {

  private static final String SELECT = "select pg_current_snapshot()";

  private final Connections connections;
  private final KeptConnection connection;
  private boolean closed;

  SnapshotLook(Connections connections, KeptConnection connection) {
    this.connections = connections;
    this.connection = connection;
  }

  /**
   * What everybody sees now.
   *
   * @throws DatabaseException if the database does not answer, on a new connection either; or if
   *     this is closed
   */
  public synchronized Snapshot look() {
    try {
      if (closed) {
        throw new SQLException("the look is closed");
      }
      return ask();
    } catch (SQLException e) {
      throw connections.silent("ask what is visible in", e);
    }
  }

  /** A connection that had nothing to do for long may have been ended meanwhile. */
  private Snapshot ask() throws SQLException {
    try {
      return connection.ask(SnapshotLook::now);
    } catch (SQLException broken) {
      return connection.ask(SnapshotLook::now);
    }
  }

  private static Snapshot now(Connection open) throws SQLException {
    try (var select = open.prepareStatement(SELECT)) {
      var row = select.executeQuery();
      row.next();
      return Snapshot.parse(row.getString(1));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    connection.close();
  }
}
