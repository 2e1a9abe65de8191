package onceward.relay.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

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
  private final int timeline;
  private @Nullable Connection kept;
  private boolean closed;

  /**
   * @param timeline of the server that was judged: each new connection has to go to it
   */
  SnapshotConnection(Connections connections, int timeline) {
    this.connections = connections;
    this.timeline = timeline;
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

  private synchronized <T> T ask(Connections.Work<T> question) {
    var since = System.nanoTime();
    var wasOpen = kept != null;
    try {
      return question.over(open());
    } catch (SQLException failed) {
      disconnect();
      if (!wasOpen || System.nanoTime() - since > AT_ONCE.toNanos()) {
        throw connections.silent("ask what is visible in", failed);
      }
    }
    try {
      return question.over(open());
    } catch (SQLException failed) {
      disconnect();
      throw connections.silent("ask what is visible in", failed);
    }
  }

  private Connection open() throws SQLException {
    if (closed) {
      throw new SQLException("the pipeline has closed the connection");
    }
    var open = kept;
    if (open == null) {
      open = connections.openBriefly(connections.settings().servers().chosen());
      kept = open;
      Timelines.require(open, timeline);
    }
    return open;
  }

  private void disconnect() {
    try (var _ = kept) {
      kept = null;
    } catch (SQLException gone) {
      // It is closed all the same.
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    disconnect();
  }
}
