package onceward.messaging.tests.outbox;

import java.sql.Connection;
import java.sql.SQLException;

/** What has been written to the write-ahead log since a moment. */
record WrittenLog(Connection connection, String from) {

  static WrittenLog from(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("create extension if not exists pg_walinspect");
      var row = statement.executeQuery("select pg_current_wal_insert_lsn()");
      row.next();
      return new WrittenLog(connection, row.getString(1));
    }
  }

  /** How many log records, hence log positions, insert rows into the outbox, one each. */
  int outboxInserts() throws SQLException {
    try (var statement = connection.createStatement()) {
      var count =
          statement.executeQuery(
              """
              select count(*) from pg_get_wal_records_info('%s', pg_current_wal_flush_lsn())
              where resource_manager = 'Heap' and record_type like 'INSERT%%'
                and exists (select from pg_partition_tree('outbox')
                            where isleaf and block_ref like '%%/' || pg_relation_filenode(relid) || ' %%')
              """
                  .formatted(from));
      count.next();
      return count.getInt(1);
    }
  }
}
