package onceward.cli.demo;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import onceward.localstack.postgres.PostgresServer;

/** What the databases hold now. */
record StoredCounts(long activeAccounts, long createdProfiles) {

  static StoredCounts read(PostgresServer postgres) throws SQLException {
    try (Connection auth = postgres.connect("auth");
        Connection user = postgres.connect("user")) {
      return new StoredCounts(
          count(auth, "select count(*) from account where status = 'ACTIVE'"),
          count(user, "select count(*) from profile where status = 'CREATED'"));
    }
  }

  private static long count(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getLong(1);
    }
  }
}
