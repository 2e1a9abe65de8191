package onceward.relay.capture.pgoutput;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.relay.capture.UnreadableRowException;
import onceward.relay.capture.pgoutput.PgoutputMessage.Column;
import onceward.relay.source.OutboxColumn;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Oid;

/** The outbox as the server described it last: where its columns are in a row. Immutable. */
final class OutboxTable {

  private static final int MISSING = -1;

  /** From here on types are those of users: enumerations, extensions and domains. */
  private static final int FIRST_TYPE_OF_USERS = 16_384;

  private static final Set<Integer> WHOLE_NUMBERS = Set.of(Oid.INT8, Oid.INT4, Oid.INT2);
  private static final Set<Integer> TEXTS =
      Set.of(Oid.TEXT, Oid.VARCHAR, Oid.BPCHAR, Oid.UUID, Oid.JSON, Oid.JSONB);

  private final Place id;
  private final Place aggregateType;
  private final Place aggregateId;
  private final Place aggregateVersion;
  private final Place type;
  private final Place payload;
  private final Place traceparent;
  private final Place causationId;
  private final Place correlationId;

  OutboxTable(List<Column> columns) {
    this.id = Place.of(OutboxColumn.ID, columns);
    this.aggregateType = Place.of(OutboxColumn.AGGREGATETYPE, columns);
    this.aggregateId = Place.of(OutboxColumn.AGGREGATEID, columns);
    this.aggregateVersion = Place.of(OutboxColumn.AGGREGATEVERSION, columns);
    this.type = Place.of(OutboxColumn.TYPE, columns);
    this.payload = Place.of(OutboxColumn.PAYLOAD, columns);
    this.traceparent = Place.of(OutboxColumn.TRACEPARENT, columns);
    this.causationId = Place.of(OutboxColumn.CAUSATIONID, columns);
    this.correlationId = Place.of(OutboxColumn.CORRELATIONID, columns);
  }

  /**
   * Where a column is in a row.
   *
   * @param at counted from 0; {@link #MISSING} if the table has none of the name
   * @param isReadable whether its type is one of which values can be read
   */
  private record Place(String name, int at, boolean isReadable) {

    static Place of(OutboxColumn column, List<Column> columns) {
      var at = placeOf(column.columnName(), columns);
      return new Place(
          column.columnName(),
          at,
          at == MISSING || OutboxTable.isReadable(column, columns.get(at)));
    }

    @Nullable String textIn(Tuple row) {
      return at == MISSING ? null : row.text(at);
    }
  }

  /** Where the column of that name is; negative if there is none. */
  static int placeOf(String name, List<Column> columns) {
    for (var place = 0; place < columns.size(); place++) {
      if (columns.get(place).name().equals(name)) {
        return place;
      }
    }
    return MISSING;
  }

  /** The preflight is stricter; here it is about a type that was changed in the middle. */
  private static boolean isReadable(OutboxColumn column, Column described) {
    var type = described.type();
    return Integer.compareUnsigned(type, FIRST_TYPE_OF_USERS) >= 0
        || WHOLE_NUMBERS.contains(type)
        || (column != OutboxColumn.AGGREGATEVERSION && TEXTS.contains(type));
  }

  /**
   * The message that a row holds.
   *
   * @throws UnreadableRowException if it holds none
   */
  Message read(Tuple row) {
    try {
      return message(row);
    } catch (UnreadableRowException unreadable) {
      throw unreadable;
    } catch (RuntimeException unforeseen) {
      // Whatever it is, the row is to blame, and its id lets an operator pass over it.
      throw unreadable(row, "it cannot be read: " + unforeseen.getClass().getName());
    }
  }

  /** The id of a row as the row has it; null if it has none. */
  @Nullable String id(Tuple row) {
    return id.textIn(row);
  }

  private Message message(Tuple row) {
    return new Message(
        messageId(row),
        required(row, aggregateType),
        required(row, aggregateId),
        version(row),
        required(row, type),
        required(row, payload),
        new MessageContext(
            text(row, traceparent), uuid(row, causationId), uuid(row, correlationId)));
  }

  private UUID messageId(Tuple row) {
    return UnreadableRowException.uuid(required(row, id))
        .orElseThrow(() -> unreadable(row, "its id is no UUID"));
  }

  private long version(Tuple row) {
    var version = aggregateVersion.textIn(row);
    if (version == null) {
      return Message.UNVERSIONED;
    }
    try {
      if (aggregateVersion.isReadable()) {
        return Long.parseLong(version);
      }
    } catch (NumberFormatException none) {
      // Told below.
    }
    throw unreadable(row, "column aggregateversion holds no whole number");
  }

  /**
   * Null also for an id of another kind, as outboxes of others have them: it only says how the
   * message came about, and consumers take the header for a UUID.
   */
  private static @Nullable UUID uuid(Tuple row, Place place) {
    var value = place.textIn(row);
    return value == null ? null : UnreadableRowException.uuid(value).orElse(null);
  }

  private String required(Tuple row, Place place) {
    var value = text(row, place);
    if (value == null) {
      throw unreadable(row, "column %s is empty or missing".formatted(place.name()));
    }
    return value;
  }

  /** The preflight sees to it that none is missing which the table has and a message needs. */
  private @Nullable String text(Tuple row, Place place) {
    var value = place.textIn(row);
    if (value != null && !place.isReadable()) {
      throw unreadable(row, "column %s holds no text".formatted(place.name()));
    }
    return value;
  }

  private UnreadableRowException unreadable(Tuple row, String why) {
    return UnreadableRowException.of(String.valueOf(id(row)), why);
  }
}
