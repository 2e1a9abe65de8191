package onceward.endtoend;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import onceward.localstack.postgres.PostgresServer;

/** Looks into the databases, and gets in the way there, as superuser. */
record Databases(PostgresServer postgres) {

  /** The first column of every row, as text. */
  List<String> texts(String database, String sql, Object... parameters) {
    try (var connection = postgres.connect(database);
        var select = connection.prepareStatement(sql)) {
      for (var i = 0; i < parameters.length; i++) {
        select.setObject(i + 1, parameters[i]);
      }
      var rows = select.executeQuery();
      var texts = new ArrayList<String>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  int count(String database, String sql, Object... parameters) {
    return Integer.parseInt(texts(database, sql, parameters).getFirst());
  }

  /** Types of the messages about an aggregate in the order of their versions. */
  List<String> outboxTypes(String database, Object aggregateId) {
    return texts(
        database,
        "select type from outbox where aggregateid = ? order by aggregateversion",
        aggregateId.toString());
  }

  /**
   * Locks the outbox against inserts until closed: whoever appends hangs there, with its
   * transaction open.
   */
  HeldOutbox holdOutbox(String database) {
    try {
      var connection = postgres.connect(database);
      connection.setAutoCommit(false);
      try (var lock = connection.createStatement()) {
        lock.execute("lock table outbox in exclusive mode");
      }
      return new HeldOutbox(this, database, connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  record HeldOutbox(Databases databases, String database, Connection connection)
      implements AutoCloseable {

    /** Whether a session hangs in its insert into the outbox. */
    boolean keepsSomebodyWaiting() {
      return databases.count(
              database,
              """
              select count(*) from pg_stat_activity
              where datname = current_database() and wait_event_type = 'Lock'
                and query like '%insert into outbox%' and pid <> pg_backend_pid()
              """)
          > 0;
    }

    @Override
    public void close() {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
