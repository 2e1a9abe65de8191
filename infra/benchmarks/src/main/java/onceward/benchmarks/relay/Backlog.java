package onceward.benchmarks.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.stream.IntStream;

/** Appends many rows, so many in a transaction. */
record Backlog(Rows rows, int count, int perTransaction, Payloads payloads) {

  // As the library appends many messages at once.
  private static final String INSERT =
      """
      insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload)
      select ?, ? || (?::int + place - 1) % ?::int, (?::int + place - 1) / ?::int + 1, 'BenchHappened', payload
      from unnest(?::text[]) with ordinality as payloads (payload, place)
      order by place
      """;

  void append(OutboxDatabase database) {
    try (var connection = database.connect();
        var settings = connection.createStatement();
        var insert = connection.prepareStatement(INSERT)) {
      // How long the commits take is not measured, and there may be one for each row.
      settings.execute("set synchronous_commit = off");
      for (var from = 0; from < count; from += perTransaction) {
        append(connection, insert, from, Math.min(from + perTransaction, count));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("could not append the backlog", e);
    }
  }

  private void append(Connection connection, PreparedStatement insert, int from, int to)
      throws SQLException {
    insert.setString(1, rows.aggregateType());
    insert.setString(2, Rows.KEY_PREFIX);
    insert.setInt(3, from);
    insert.setInt(4, rows.keys());
    insert.setInt(5, from);
    insert.setInt(6, rows.keys());
    insert.setArray(
        7,
        connection.createArrayOf(
            "text", IntStream.range(from, to).mapToObj(payloads::of).toArray()));
    insert.executeUpdate();
    connection.commit();
  }
}
