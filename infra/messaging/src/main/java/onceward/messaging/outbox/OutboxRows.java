package onceward.messaging.outbox;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import onceward.messaging.MessageContext;

/**
 * The statements that write the outbox. One text each, so that the driver keeps them prepared on
 * the server.
 */
final class OutboxRows {

  private static final String INSERT =
      """
      insert into outbox (traceparent, causationid, correlationid,
                          aggregatetype, aggregateid, aggregateversion, type, payload)
      values (?, ?, ?, ?, ?, ?, ?, ?)
      returning id
      """;

  // Rows are inserted, given their ids and returned in the order of the subselect.
  private static final String INSERT_ALL =
      """
      insert into outbox (traceparent, causationid, correlationid,
                          aggregatetype, aggregateid, aggregateversion, type, payload)
      select ?, ?::uuid, ?::uuid, aggregatetype, aggregateid, aggregateversion, type, payload
      from unnest(?, ?, ?, ?, ?) with ordinality
           as messages (aggregatetype, aggregateid, aggregateversion, type, payload, place)
      order by place
      returning id
      """;

  private OutboxRows() {}

  static UUID insert(Connection connection, Written written, MessageContext context)
      throws SQLException {
    var message = written.message();
    try (var insert = connection.prepareStatement(INSERT)) {
      set(insert, context);
      insert.setString(4, message.aggregateType());
      insert.setString(5, message.aggregateId());
      insert.setLong(6, message.aggregateVersion());
      insert.setString(7, message.type());
      insert.setString(8, written.payload());
      return ids(insert).getFirst();
    }
  }

  static List<UUID> insertAll(Connection connection, List<Written> all, MessageContext context)
      throws SQLException {
    try (var insert = connection.prepareStatement(INSERT_ALL)) {
      set(insert, context);
      insert.setArray(4, array(connection, "text", all, one -> one.message().aggregateType()));
      insert.setArray(5, array(connection, "text", all, one -> one.message().aggregateId()));
      insert.setArray(6, array(connection, "bigint", all, one -> one.message().aggregateVersion()));
      insert.setArray(7, array(connection, "text", all, one -> one.message().type()));
      insert.setArray(8, array(connection, "text", all, Written::payload));
      return ids(insert);
    }
  }

  private static void set(PreparedStatement insert, MessageContext context) throws SQLException {
    insert.setString(1, context.traceparent());
    insert.setObject(2, context.causationId(), Types.OTHER);
    insert.setObject(3, context.correlationId(), Types.OTHER);
  }

  private static Array array(
      Connection connection, String type, List<Written> all, Function<Written, Object> part)
      throws SQLException {
    return connection.createArrayOf(type, all.stream().map(part).toArray());
  }

  private static List<UUID> ids(PreparedStatement insert) throws SQLException {
    var ids = new ArrayList<UUID>();
    try (var rows = insert.executeQuery()) {
      while (rows.next()) {
        ids.add(rows.getObject(1, UUID.class));
      }
    }
    return List.copyOf(ids);
  }
}
