package onceward.messaging.testkit.servers;

import java.sql.Connection;
import java.sql.SQLException;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.Role;

/**
 * A PostgreSQL server with {@code wal_level=logical}, mostly one that all tests of this JVM share.
 *
 * <p>Safe for use by many threads.
 */
public sealed interface TestPostgres permits EmbeddedPostgres, ContainerPostgres {

  /** A server that a test started for itself, to stop it when it likes. */
  static TestPostgres of(PostgresServer server) {
    return new EmbeddedPostgres(server);
  }

  /**
   * Creates the database and the roles unless they exist, and lets these and no others connect.
   *
   * @param owner may create schemas, tables and publications in it
   * @throws RuntimeException with what the server said, if it refuses
   */
  void createDatabase(String name, Role owner, Role... others);

  /** A new connection as superuser, the caller's to close. */
  Connection connect(String database) throws SQLException;

  /** A new connection as one of the created roles, the caller's to close. */
  Connection connect(String database, String role) throws SQLException;

  /** Where JDBC finds a database. */
  String jdbcUrl(String database);

  /**
   * The password of a created role.
   *
   * @throws RuntimeException if no such role was created
   */
  String password(String role);

  /** The superuser's password; the superuser is {@code postgres}. */
  String adminPassword();

  /** The host it listens on, as seen from this JVM. */
  String host();

  /** The port it listens on, as seen from this JVM. */
  int port();
}
