package onceward.relay.source;

import java.sql.SQLException;

/** Moves the canary again and again over one connection. To be closed. Not thread-safe. */
public final class CanaryMover implements AutoCloseable {

  private final SourceDatabase database;
  private final KeptConnection connection;

  CanaryMover(SourceDatabase database, KeptConnection connection) {
    this.database = database;
    this.connection = connection;
  }

  /**
   * Moves the canary: the change has to come back through the log. Looks at the slot as well.
   *
   * @throws DatabaseException if the database does not answer, or takes no change
   */
  public Beat move() {
    try {
      return connection.ask(database::moveCanary);
    } catch (SQLException e) {
      throw database.silent("move the canary of", e);
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
