package onceward.relay.capture.engine;

import io.debezium.jdbc.JdbcConfiguration;
import io.debezium.jdbc.JdbcConnection;
import java.sql.Connection;
import java.sql.SQLException;
import onceward.relay.source.JudgedServer;
import org.postgresql.Driver;

/**
 * Connects Debezium by the same URL as all else in the relay connects by. Debezium's own way puts
 * the names into a URL as they are: it reaches no database of the name {@code shop+eu}, and refuses
 * an address of IPv6. Debezium makes an instance by the name of the class. Thread-safe.
 */
public final class CaptureConnections implements JdbcConnection.ConnectionFactory {

  /** The property with the URL, as {@link onceward.relay.source.DatabaseSettings#url()} has it. */
  static final String URL = "onceward.url";

  /** The properties with the server that the preflight has judged. */
  static final String SYSTEM_IDENTIFIER = "onceward.system-identifier";

  static final String TIMELINE = "onceward.timeline";

  private final Driver driver = new Driver();

  @Override
  public Connection connect(JdbcConfiguration config) throws SQLException {
    var url = config.getString(URL);
    var connection = driver.connect(url, config.asProperties());
    if (connection == null) {
      throw new SQLException("no URL of PostgreSQL: " + url);
    }
    try {
      new JudgedServer(config.getString(SYSTEM_IDENTIFIER), config.getInteger(TIMELINE))
          .require(connection);
    } catch (SQLException another) {
      connection.close();
      throw another;
    }
    return connection;
  }
}
