package onceward.relay.quarantine;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.relay.position.Key;

/** A message as a row of {@code relay_parked}, and back. */
final class ParkedRow {

  /** In the order of {@link #write}. */
  static final String COLUMNS =
      "slot, message_id, aggregatetype, aggregateid, aggregateversion, type, payload, traceparent, causationid, correlationid";

  /** How many columns {@link #COLUMNS} names. */
  static final int COLUMN_COUNT = 10;

  private static final int AGGREGATE_VERSION = 5;

  private ParkedRow() {}

  static void write(PreparedStatement insert, String slot, Message message) throws SQLException {
    insert.setString(1, slot);
    insert.setObject(2, message.id());
    insert.setString(3, message.aggregateType());
    insert.setString(4, message.aggregateId());
    if (message.aggregateVersion() == Message.UNVERSIONED) {
      insert.setNull(AGGREGATE_VERSION, Types.BIGINT);
    } else {
      insert.setLong(AGGREGATE_VERSION, message.aggregateVersion());
    }
    insert.setString(6, message.type());
    insert.setString(7, message.payload());
    insert.setString(8, message.context().traceparent());
    insert.setObject(9, message.context().causationId());
    insert.setObject(COLUMN_COUNT, message.context().correlationId());
  }

  /** Of a change that cannot be read as a message, only the id of the outbox row is known. */
  static void writeUnreadable(PreparedStatement insert, String slot, UUID messageId)
      throws SQLException {
    insert.setString(1, slot);
    insert.setObject(2, messageId);
    for (int column = 3; column <= COLUMN_COUNT; column++) {
      insert.setObject(column, null);
    }
  }

  /**
   * Writes what identifies a key.
   *
   * @return the number of the next parameter
   */
  static int writeKey(PreparedStatement statement, int first, String slot, Key key)
      throws SQLException {
    statement.setString(first, slot);
    statement.setString(first + 1, key.aggregateType());
    statement.setString(first + 2, key.aggregateId());
    statement.setString(first + 3, key.aggregateId());
    return first + 4;
  }

  static Message message(ResultSet row) throws SQLException {
    var version = row.getLong("aggregateversion");
    return new Message(
        row.getObject("message_id", UUID.class),
        row.getString("aggregatetype"),
        row.getString("aggregateid"),
        row.wasNull() ? Message.UNVERSIONED : version,
        row.getString("type"),
        row.getString("payload"),
        new MessageContext(
            row.getString("traceparent"),
            row.getObject("causationid", UUID.class),
            row.getObject("correlationid", UUID.class)));
  }

  static ParkedState state(ResultSet row) throws SQLException {
    return ParkedState.valueOf(row.getString("state"));
  }

  static Key key(ResultSet row) throws SQLException {
    return new Key(row.getString("aggregatetype"), row.getString("aggregateid"));
  }
}
