package onceward.relay.capture.engine;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.relay.capture.UnreadableRowException;
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
    var row = change.getStruct("after");
    try {
      return message(row);
    } catch (UnreadableRowException unreadable) {
      throw unreadable;
    } catch (RuntimeException unforeseen) {
      // Whatever it is, the row is to blame, and its id lets an operator pass over it.
      throw unreadable(row, "it cannot be read: " + unforeseen.getClass().getName());
    }
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
    throw new UnreadableRowException(null, "a change without a value came from " + record.topic());
  }

  private static void requireInsert(Struct change) {
    var operation = change.getString("op");
    if (!INSERT.equals(operation)) {
      throw UnreadableRowException.notInserted(idText(row(change)), String.valueOf(operation));
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
            optionalText(row, "traceparent"),
            uuid(row, "causationid"),
            uuid(row, "correlationid")));
  }

  private static UUID id(Struct row) {
    required(row, "id");
    return idIn(row).orElseThrow(() -> unreadable(row, "its id is no UUID"));
  }

  private static String text(Struct row, String column) {
    return text(row, column, required(row, column));
  }

  private static @Nullable String optionalText(Struct row, String column) {
    var value = optional(row, column);
    return value == null ? null : text(row, column, value);
  }

  private static String text(Struct row, String column, Object value) {
    if (value instanceof String || value instanceof Number) {
      return value.toString();
    }
    throw unreadable(row, "column %s holds no text".formatted(column));
  }

  private static long version(Struct row) {
    var version = optional(row, "aggregateversion");
    return switch (version) {
      case null -> Message.UNVERSIONED;
      case Long whole -> whole;
      case Integer whole -> whole;
      case Short whole -> whole;
      default -> throw unreadable(row, "column aggregateversion holds no whole number");
    };
  }

  /**
   * Empty also for an id of another kind, as outboxes of others have them: it only says how the
   * message came about, and consumers take the header for a UUID.
   */
  private static @Nullable UUID uuid(Struct row, String column) {
    return uuidIn(row, column).orElse(null);
  }

  private static Object required(Struct row, String column) {
    var value = optional(row, column);
    if (value == null) {
      throw unreadable(row, "column %s is empty or missing".formatted(column));
    }
    return value;
  }

  /** The preflight sees to it that none is missing which the table has and a message needs. */
  private static @Nullable Object optional(Struct row, String column) {
    return row.schema().field(column) == null ? null : row.get(column);
  }

  private static @Nullable Struct row(Struct change) {
    var after = change.schema().field("after") == null ? null : change.getStruct("after");
    return after == null ? change.getStruct("before") : after;
  }

  private static UnreadableRowException unreadable(Struct row, String why) {
    return UnreadableRowException.of(idText(row), why);
  }

  private static @Nullable String idText(@Nullable Struct row) {
    return row == null ? null : String.valueOf(optional(row, "id"));
  }

  private static Optional<UUID> idIn(Struct row) {
    return uuidIn(row, "id");
  }

  private static Optional<UUID> uuidIn(Struct row, String column) {
    return Optional.ofNullable(optional(row, column))
        .map(Object::toString)
        .flatMap(UnreadableRowException::uuid);
  }
}
