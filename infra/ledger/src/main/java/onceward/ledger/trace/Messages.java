package onceward.ledger.trace;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import onceward.ledger.source.Database;
import onceward.ledger.source.Ids;

/** What one database knows of single messages. For one thread. */
final class Messages {

  /** A transaction's time may be read a moment after its first id was made. */
  private static final Duration BEFORE_TRANSACTION = Duration.ofSeconds(1);

  private final Database database;
  private final String select;
  private final boolean knowsCauses;
  private final boolean knowsTraces;

  Messages(Database database) {
    this.database = database;
    var columns = database.columns("outbox");
    this.knowsCauses = columns.contains("causationid");
    this.knowsTraces = columns.contains("traceparent");
    this.select =
        "select id, aggregatetype, aggregateid, %s, type, xmin::text::bigint, %s, %s, %s from outbox "
            .formatted(
                columns.contains("aggregateversion") ? "aggregateversion::bigint" : "0::bigint",
                orNull(columns, "causationid", "uuid"),
                orNull(columns, "correlationid", "uuid"),
                orNull(columns, "traceparent", "text"));
  }

  private static String orNull(Set<String> columns, String column, String type) {
    return columns.contains(column) ? column : "null::" + type;
  }

  Optional<Journey.Appended> byId(UUID id) {
    return rows("where id = ?", List.of(id)).stream().findFirst();
  }

  List<Journey.Appended> ofAggregate(String aggregateId, int max) {
    return rows("where aggregateid = ? order by id limit " + max, List.of(aggregateId));
  }

  /** Reads all messages made since then: no index knows traces. */
  List<Journey.Appended> ofTrace(String traceId, Instant since, int max) {
    return knowsTraces
        ? rows(
            "where substr(traceparent, 4, 32) = ? and id >= ? order by id limit " + max,
            List.of(traceId, Ids.lowest(since)))
        : List.of();
  }

  /** What a transaction appended that began then and handled that message. */
  List<Journey.Appended> causedBy(UUID cause, Instant began, Duration max, int messagesMax) {
    return knowsCauses
        ? rows(
            "where causationid = ? and id >= ? and id < ? order by id limit " + messagesMax,
            List.of(
                cause, Ids.lowest(began.minus(BEFORE_TRANSACTION)), Ids.lowest(began.plus(max))))
        : List.of();
  }

  /** What the relay holds of it, as a sentence. */
  Optional<String> heldByRelay(UUID id) {
    return database.columns("relay_parked").isEmpty()
        ? Optional.empty()
        : database
            .list(
                "look at what the relay holds",
                "select lower(replace(state, '_', ' ')), coalesce(reason, ''), parked_at from relay_parked where message_id = ? and state <> 'RELEASED'",
                List.of(id),
                row ->
                    "%s at the relay since %s%s"
                        .formatted(
                            row.getString(1),
                            instant(row, 3),
                            row.getString(2).isEmpty() ? "" : ": " + row.getString(2)))
            .stream()
            .findFirst();
  }

  /** How far the reader of the slot is, as a sentence. */
  String slotSentence(String slot) {
    return database
        .list(
            "read how far slot " + slot + " is",
            """
            select active, confirmed_flush_lsn::text,
                   pg_size_pretty(pg_current_wal_insert_lsn() - confirmed_flush_lsn)
            from pg_replication_slots where slot_name = ?
            """,
            List.of(slot),
            row ->
                "not published: slot %s is %s, has confirmed %s and has %s of log to go"
                    .formatted(
                        slot,
                        row.getBoolean(1) ? "being read" : "read by nobody",
                        row.getString(2),
                        row.getString(3)))
        .stream()
        .findFirst()
        .orElse("not published: slot " + slot + " is gone");
  }

  /**
   * Whether the consumer has put it aside or has handled it, in this order, for what is put aside
   * is in the inbox as well; empty if the database knows nothing of it.
   */
  Optional<Journey.Consumer> atConsumer(String consumer, UUID id) {
    return letter(consumer, id).or(() -> parked(consumer, id)).or(() -> handled(consumer, id));
  }

  private Optional<Journey.Consumer> handled(String consumer, UUID id) {
    return database
        .list(
            "look into the inbox",
            "select handled_at from inbox where message_id = ? and consumer = ?",
            List.of(id, consumer),
            row ->
                new Journey.Consumer(
                    consumer, Journey.Step.HANDLED, Optional.of(instant(row, 1)), Optional.empty()))
        .stream()
        .findFirst();
  }

  private Optional<Journey.Consumer> letter(String consumer, UUID id) {
    return database
        .list(
            "look for a dead letter",
            """
            select id, state, reason, attempts, exception, failed_at from dead_letter
            where message_id = ? and consumer = ? and state <> 'handled' order by failed_at desc limit 1
            """,
            List.of(id, consumer),
            row ->
                new Journey.Consumer(
                    consumer,
                    step(row.getString(2)),
                    Optional.of(instant(row, 6)),
                    Optional.of(
                        "letter %s: %s after %d attempts, %s"
                            .formatted(
                                row.getString(1),
                                row.getString(3),
                                row.getInt(4),
                                row.getString(5).lines().findFirst().orElse("")))))
        .stream()
        .findFirst();
  }

  private static Journey.Step step(String stateOfLetter) {
    return switch (stateOfLetter) {
      case "discarded" -> Journey.Step.DISCARDED;
      case "archived" -> Journey.Step.ARCHIVED;
      default -> Journey.Step.DEAD_LETTER;
    };
  }

  private Optional<Journey.Consumer> parked(String consumer, UUID id) {
    return database
        .list(
            "look for what waits",
            "select parked_at from parked_message where message_id = ? and consumer = ?",
            List.of(id, consumer),
            row ->
                new Journey.Consumer(
                    consumer,
                    Journey.Step.PARKED,
                    Optional.of(instant(row, 1)),
                    Optional.of("behind a dead letter of its key")))
        .stream()
        .findFirst();
  }

  private List<Journey.Appended> rows(String where, List<Object> parameters) {
    return database.list("look for messages", select + where, parameters, this::row);
  }

  private Journey.Appended row(ResultSet row) throws SQLException {
    var id = row.getObject(1, UUID.class);
    return new Journey.Appended(
        id,
        database.name(),
        row.getString(2),
        row.getString(3),
        row.getLong(4),
        row.getString(5),
        row.getLong(6),
        Ids.time(id),
        Optional.ofNullable(row.getObject(7, UUID.class)),
        Optional.ofNullable(row.getObject(8, UUID.class)),
        Optional.ofNullable(row.getString(9)));
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
