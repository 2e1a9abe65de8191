package onceward.relay.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import onceward.relay.source.DatabaseFacts.Slot;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the slot again and again over one connection: a standby does so several times a second,
 * for days, and a connection costs the server a process and both sides a login. Not thread-safe.
 */
public final class SlotLook implements AutoCloseable {

  private final SourceDatabase database;
  private final Connections connections;
  private @Nullable Connection kept;

  SlotLook(SourceDatabase database, Connections connections) {
    this.database = database;
    this.connections = connections;
  }

  /**
   * The slot as it is now; empty if there is none.
   *
   * @throws DatabaseException if the database does not answer, on a new connection either
   */
  public Optional<Slot> look() {
    try {
      return kept == null ? lookAnew() : database.slot(kept);
    } catch (SQLException broken) {
      close();
    }
    try {
      return lookAnew();
    } catch (SQLException e) {
      close();
      throw database.silent("look at", e);
    }
  }

  private Optional<Slot> lookAnew() throws SQLException {
    var opened = connections.open();
    kept = opened;
    return database.slot(opened);
  }

  @Override
  public void close() {
    try (var _ = kept) {
      kept = null;
    } catch (SQLException gone) {
      // It is closed all the same.
    }
  }
}
