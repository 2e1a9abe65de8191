package onceward.relay.republish;

import static java.util.stream.Collectors.joining;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.relay.capture.UnreadableRowException;
import onceward.relay.source.DatabaseSettings;
import onceward.relay.source.OutboxColumn;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an outbox by their ids, read from the table. Takes the columns that the publication
 * has, so that a message is the same as captured from the log.
 */
final class OutboxRows {

  private static final String PUBLISHED_COLUMNS =
      """
      select attname, format_type(atttypid, null) as type from pg_attribute
      where attrelid = to_regclass(?) and attnum > 0 and not attisdropped and attname in
        (select unnest(attnames) from pg_publication_tables
         where pubname = ? and schemaname || '.' || tablename = ?)
      """;

  private final DatabaseSettings settings;

  OutboxRows(DatabaseSettings settings) {
    this.settings = settings;
  }

  /** What the outbox has of a message. */
  sealed interface Row {

    /** A row that is a message. */
    record Found(Message message) implements Row {}

    /** A row that is no message. */
    record Unreadable(UUID id) implements Row {}

    /** No row. */
    record Gone(UUID id) implements Row {}
  }

  /** The columns of the outbox that are published, with their types. */
  Map<OutboxColumn, String> columns(Connection connection) throws SQLException {
    try (var select = connection.prepareStatement(PUBLISHED_COLUMNS)) {
      select.setString(1, settings.table());
      select.setString(2, settings.publication());
      select.setString(3, settings.table());
      var rows = select.executeQuery();
      var types = new EnumMap<OutboxColumn, String>(OutboxColumn.class);
      while (rows.next()) {
        var type = rows.getString("type");
        column(rows.getString("attname")).ifPresent(column -> types.put(column, type));
      }
      return types;
    }
  }

  private static Optional<OutboxColumn> column(String name) {
    for (var column : OutboxColumn.values()) {
      if (column.columnName().equals(name)) {
        return Optional.of(column);
      }
    }
    return Optional.empty();
  }

  /** The type of ids as SQL compares them: an index of the outbox must be of use. */
  static String idType(Map<OutboxColumn, String> columns) {
    return "uuid".equals(columns.get(OutboxColumn.ID)) ? "uuid" : "text";
  }

  /**
   * The first rows of these ids, in their order.
   *
   * @param bytesMax how many bytes of payload there may be before the last row
   */
  List<Row> read(Connection connection, List<UUID> ids, int bytesMax) throws SQLException {
    var columns = columns(connection);
    // In the order of the ids, and only as many as the limit of bytes lets, but at least one.
    var sql =
        """
        select * from
          (select wanted.id as wanted_id, found.*,
                  sum(coalesce(octet_length(found.payload::text), 0)) over (order by turn)
                    - coalesce(octet_length(found.payload::text), 0) as bytes_before, turn
           from unnest(?::uuid[]) with ordinality wanted (id, turn)
           left join (select %2$s from %1$s where id = any (?::%3$s[])) found on found.id = wanted.id::%3$s) measured
        where bytes_before <= ?
        order by turn
        """
            .formatted(
                settings.table(),
                columns.keySet().stream().map(OutboxColumn::columnName).collect(joining(", ")),
                idType(columns));
    try (var select = connection.prepareStatement(sql)) {
      var wanted = connection.createArrayOf("uuid", ids.toArray());
      select.setArray(1, wanted);
      select.setArray(2, wanted);
      select.setInt(3, bytesMax);
      var found = select.executeQuery();
      var rows = new ArrayList<Row>(ids.size());
      while (found.next()) {
        rows.add(row(found, columns));
      }
      return rows;
    }
  }

  private static Row row(ResultSet row, Map<OutboxColumn, String> columns) throws SQLException {
    var id = row.getObject("wanted_id", UUID.class);
    if (row.getString("id") == null) {
      return new Row.Gone(id);
    }
    var aggregateType = row.getString("aggregatetype");
    var aggregateId = row.getString("aggregateid");
    var type = row.getString("type");
    var payload = row.getString("payload");
    if (aggregateType == null || aggregateId == null || type == null || payload == null) {
      return new Row.Unreadable(id);
    }
    var context =
        new MessageContext(
            text(row, OutboxColumn.TRACEPARENT, columns),
            uuid(text(row, OutboxColumn.CAUSATIONID, columns)),
            uuid(text(row, OutboxColumn.CORRELATIONID, columns)));
    return new Row.Found(
        new Message(id, aggregateType, aggregateId, version(row, columns), type, payload, context));
  }

  private static long version(ResultSet row, Map<OutboxColumn, String> columns)
      throws SQLException {
    var text = text(row, OutboxColumn.AGGREGATEVERSION, columns);
    return text == null ? Message.UNVERSIONED : Long.parseLong(text);
  }

  private static @Nullable String text(
      ResultSet row, OutboxColumn column, Map<OutboxColumn, String> columns) throws SQLException {
    return columns.containsKey(column) ? row.getString(column.columnName()) : null;
  }

  /** Null also for an id of another kind, as the capture reads it. */
  private static @Nullable UUID uuid(@Nullable String text) {
    return text == null ? null : UnreadableRowException.uuid(text).orElse(null);
  }
}
