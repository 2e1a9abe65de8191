package onceward.relay.source;

import java.sql.Connection;
import java.sql.SQLException;
import javax.net.SocketFactory;
import onceward.messaging.RootCause;
import onceward.relay.source.Servers.Address;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * Opens connections to the database of a pipeline: each with the password as it is at that moment,
 * to the server that is chosen and has the name at that moment.
 *
 * @param pipeline is named to the server, for whoever looks at its sessions
 */
public record Connections(String pipeline, DatabaseSettings settings) {

  // Never weaker than a role or a server has it.
  private static final String DURABLE =
      "select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off'";

  private static final String SELECT_HOLDER =
      "select from pg_replication_slots where slot_name = ? and coalesce(active_pid, 0) = ?";

  private static final String NO_DATABASE = "3D000";

  private static final String DATABASE_LOST =
      "; if the database is lost, read infra/docs/runbook/consumer-database-lost.md before anybody makes an empty one";

  private static final int CONNECT_SECONDS_MAX = 5;
  private static final int ANSWER_SECONDS_MAX = 10;

  public Connection open() throws SQLException {
    return source().getConnection();
  }

  /** One to that server, for a question; if it cannot be had soon, it is not had at all. */
  Connection openBriefly(Address server) throws SQLException {
    var source = source(server);
    source.setLoginTimeout(CONNECT_SECONDS_MAX);
    source.setSocketTimeout(CONNECT_SECONDS_MAX);
    return source.getConnection();
  }

  /**
   * One to the chosen server, if it can be had soon, for short questions.
   *
   * @throws SQLException if it is another server than the judged one, too
   */
  Connection openBriefly(JudgedServer judged) throws SQLException {
    var opened = openBriefly(settings.servers().chosen());
    try {
      judged.require(opened);
      return opened;
    } catch (SQLException another) {
      opened.close();
      throw another;
    }
  }

  /** One that takes commands of replication; over a socket of that kind. */
  public Connection openForReplication(Class<? extends SocketFactory> sockets) throws SQLException {
    var source = sourceForReplication();
    source.setSocketFactory(sockets.getName());
    return source.getConnection();
  }

  /** One that takes commands of replication. */
  public Connection openForReplication() throws SQLException {
    return sourceForReplication().getConnection();
  }

  private PGSimpleDataSource sourceForReplication() throws SQLException {
    var source = source();
    source.setReplication("database");
    // Replication knows only the simple form of a query.
    source.setPreferQueryMode(PreferQueryMode.SIMPLE);
    // Else the driver sends statements before it knows the server.
    source.setAssumeMinServerVersion("10");
    return source;
  }

  private PGSimpleDataSource source() throws SQLException {
    return source(settings.servers().chosen());
  }

  private PGSimpleDataSource source(Address server) throws SQLException {
    var source = new PGSimpleDataSource();
    source.setURL(settings.url(server));
    source.setUser(settings.username());
    source.setPassword(password());
    for (var property : settings.tls().driverProperties().entrySet()) {
      source.setProperty(property.getKey(), property.getValue());
    }
    // Whatever the role or the database has as its search_path.
    source.setCurrentSchema(settings.schema());
    // Else a statement that fails is quoted with all its values, and one of them is a payload.
    source.setLogServerErrorDetail(false);
    source.setApplicationName("outbox-relay " + pipeline);
    source.setConnectTimeout(CONNECT_SECONDS_MAX);
    source.setSocketTimeout(ANSWER_SECONDS_MAX);
    return source;
  }

  /** A file that is being rotated is away for a moment, as a server may be. */
  private String password() throws SQLException {
    try {
      return settings.password().get();
    } catch (RuntimeException away) {
      throw new SQLException(away.getMessage(), away);
    }
  }

  /** A transaction over a connection of its own. */
  public <T> T inTransaction(String attempted, Work<T> work) {
    try (var connection = open()) {
      connection.setAutoCommit(false);
      makeDurable(connection);
      var result = work.over(connection);
      connection.commit();
      return result;
    } catch (SQLException e) {
      throw silent(attempted, e);
    }
  }

  /**
   * A transaction that only the holder of the slot may make. Verifies the holder after the work:
   * the changed rows are locked by then, so the next holder waits for this transaction.
   *
   * @param holder the session that holds the slot; 0 if none does
   * @throws SlotLostException if that session does not hold the slot
   */
  public <T> T whileHeld(int holder, String attempted, Work<T> work) {
    return inTransaction(
        attempted,
        connection -> {
          var result = work.over(connection);
          requireHeld(connection, holder);
          return result;
        });
  }

  private void requireHeld(Connection connection, int holder) throws SQLException {
    try (var select = connection.prepareStatement(SELECT_HOLDER)) {
      select.setString(1, settings.slot());
      select.setInt(2, holder);
      if (!select.executeQuery().next()) {
        throw new SlotLostException(settings.slot(), holder);
      }
    }
  }

  /** What waits here is nowhere else once the position is past it. */
  private static void makeDurable(Connection connection) throws SQLException {
    try (var set = connection.prepareStatement(DURABLE)) {
      set.execute();
    }
  }

  /** What is done in a transaction. */
  @FunctionalInterface
  public interface Work<T> {
    T over(Connection connection) throws SQLException;
  }

  public DatabaseException silent(String attempted, SQLException why) {
    var remark = settings.tls().fault().map(fault -> "; " + fault).orElse("");
    var page = NO_DATABASE.equals(why.getSQLState()) ? DATABASE_LOST : "";
    return new DatabaseException(
        "cannot %s %s: %s%s%s".formatted(attempted, settings, RootCause.tell(why), remark, page),
        why);
  }
}
