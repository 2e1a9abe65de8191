package onceward.messaging.testkit.servers;

import java.sql.Connection;
import java.sql.SQLException;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.Role;

record EmbeddedPostgres(PostgresServer server) implements TestPostgres {

  @Override
  public void createDatabase(String name, Role owner, Role... others) {
    server.createDatabase(name, owner, others);
  }

  @Override
  public Connection connect(String database) throws SQLException {
    return server.connect(database);
  }

  @Override
  public Connection connect(String database, String role) throws SQLException {
    return server.connect(database, role);
  }

  @Override
  public String jdbcUrl(String database) {
    return server.jdbcUrl(database);
  }

  @Override
  public String password(String role) {
    return server.password(role);
  }

  @Override
  public String adminPassword() {
    return server.adminPassword();
  }

  @Override
  public String host() {
    return server.host();
  }

  @Override
  public int port() {
    return server.port();
  }
}
