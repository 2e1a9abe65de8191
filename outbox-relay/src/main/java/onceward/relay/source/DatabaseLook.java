package onceward.relay.source;

import java.sql.SQLException;

/**
 * Looks at everything a pipeline depends on, again and again over one connection. To be closed. Not
 * thread-safe.
 */
public final class DatabaseLook implements AutoCloseable {

  private final SourceDatabase database;
  private final KeptConnection connection;

  DatabaseLook(SourceDatabase database, KeptConnection connection) {
    this.database = database;
    this.connection = connection;
  }

  /**
   * What the database is now.
   *
   * @throws DatabaseException if the database does not answer
   */
  public DatabaseFacts look() {
    try {
      return connection.ask(database::facts);
    } catch (SQLException e) {
      throw database.silent("look at", e);
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
