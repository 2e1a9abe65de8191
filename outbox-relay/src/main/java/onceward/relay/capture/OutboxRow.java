package onceward.relay.capture;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * An inserted outbox row, read straight from Debezium's change event: no transformation, no JSON.
 */
final class OutboxRow {

  private static final String INSERT = "c";

  private OutboxRow() {}

  static Message read(SourceRecord record) {
    var change = change(record);
    requireInsert(change);
    return message(change.getStruct("after"));
  }

  /** The time of the commit record, hence the same for all rows of a transaction. */
  static Instant committedAt(SourceRecord record) {
    var source = change(record).getStruct("source");
    return Instant.EPOCH.plus(source.getInt64("ts_us"), ChronoUnit.MICROS);
  }

  private static Struct change(SourceRecord record) {
    if (record.value() instanceof Struct change) {
      return change;
    }
    throw new UnreadableRowException("a change without a value came from " + record.topic());
  }

  private static void requireInsert(Struct change) {
    var operation = change.getString("op");
    if (!INSERT.equals(operation)) {
      throw new UnreadableRowException(
          "outbox row %s: operation '%s' where only inserts may happen; is the publication limited to inserts?"
              .formatted(named(change), operation));
    }
  }

  private static Message message(Struct row) {
    return new Message(
        id(row),
        text(row, "aggregatetype"),
        text(row, "aggregateid"),
        version(row),
        text(row, "type"),
        text(row, "payload"),
        new MessageContext(
            (String) optional(row, "traceparent"),
            uuid(row, "causationid"),
            uuid(row, "correlationid")));
  }

  private static UUID id(Struct row) {
    var text = text(row, "id");
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException other) {
      throw new UnreadableRowException("outbox row %s: its id is no UUID".formatted(text));
    }
  }

  private static String text(Struct row, String column) {
    return required(row, column).toString();
  }

  private static long version(Struct row) {
    var version = optional(row, "aggregateversion");
    return version == null ? Message.UNVERSIONED : ((Number) version).longValue();
  }

  private static @Nullable UUID uuid(Struct row, String column) {
    var text = (String) optional(row, column);
    return text == null ? null : UUID.fromString(text);
  }

  private static Object required(Struct row, String column) {
    var value = optional(row, column);
    if (value == null) {
      throw new UnreadableRowException(
          "outbox row %s: column %s is empty or missing".formatted(idOf(row), column));
    }
    return value;
  }

  /** The preflight sees to it that a column is not told of only if the table does not have it. */
  private static @Nullable Object optional(Struct row, String column) {
    return row.schema().field(column) == null ? null : row.get(column);
  }

  private static @Nullable Object named(Struct change) {
    var after = change.schema().field("after") == null ? null : change.getStruct("after");
    var row = after == null ? change.getStruct("before") : after;
    return row == null ? "(unknown)" : idOf(row);
  }

  private static @Nullable Object idOf(Struct row) {
    return row.schema().field("id") == null ? "(without an id)" : row.get("id");
  }
}
