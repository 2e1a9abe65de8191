package onceward.localstack.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Creates roles and databases, and gives existing ones the same rights. */
final class DatabaseCreation {

  private final Connection admin;
  private final Passwords passwords;

  DatabaseCreation(Connection admin, Passwords passwords) {
    this.admin = admin;
    this.passwords = passwords;
  }

  void database(String name, Role owner) throws SQLException {
    if (!exists("select 1 from pg_database where datname = ?", name)) {
      run("create database %s owner %s".formatted(quoted(name), quoted(owner.name())));
    }
    run("revoke all on database %s from public".formatted(quoted(name)));
  }

  /** The databases of the cluster itself: by default every role may connect to them. */
  void closeSharedDatabases() throws SQLException {
    run("revoke all on database postgres, template1 from public");
  }

  void role(Role role) throws SQLException {
    if (!exists("select 1 from pg_roles where rolname = ?", role.name())) {
      run("create role " + quoted(role.name()));
    }
    run(
        "alter role %s login %s connection limit %d"
            .formatted(
                quoted(role.name()),
                role.replication() ? "replication" : "noreplication",
                role.connectionsMax()));
    setPassword(role.name());
  }

  void allowConnecting(String database, Role role) throws SQLException {
    run("grant connect on database %s to %s".formatted(quoted(database), quoted(role.name())));
  }

  /** Sends a hash, so that the server's log cannot show the plain password. */
  void setPassword(String role) throws SQLException {
    run("alter role %s password '%s'".formatted(quoted(role), passwords.scramVerifier(role)));
  }

  private boolean exists(String query, String name) throws SQLException {
    try (PreparedStatement statement = admin.prepareStatement(query)) {
      statement.setString(1, name);
      try (ResultSet found = statement.executeQuery()) {
        return found.next();
      }
    }
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = admin.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Database "user" is a reserved word without the quotes. */
  private static String quoted(String name) {
    return '"' + Role.requireName(name) + '"';
  }
}
