package onceward.ledger.trace;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import onceward.ledger.source.Database;
import onceward.ledger.source.Ids;
import onceward.ledger.source.Outbox;
import org.jspecify.annotations.Nullable;

/** What one database knows of single messages. For one thread. */
final class Messages {

  /** A transaction's time may be read a moment after its first id was made. */
  private static final Duration BEFORE_TRANSACTION = Duration.ofSeconds(1);

  /** Who brought the letter into its state. */
  private static final String LAST_ATTEMPT =
      """
      select operator, reason from dead_letter_attempt
      where letter = l.id and outcome = l.state order by id desc limit 1
      """;

  private static final String NO_ATTEMPT = "select null::text as operator, null::text as reason";

  private final Database database;
  private final String select;
  private final boolean knowsCauses;
  private final boolean knowsTraces;
  private final String letters;

  Messages(Database database) {
    this.database = database;
    var columns = database.columns("outbox");
    this.knowsCauses = columns.contains("causationid");
    this.knowsTraces = columns.contains("traceparent");
    this.letters =
        """
        select l.id, l.state, l.reason, l.attempts, l.exception, coalesce(l.closed_at, l.failed_at),
               a.operator, a.reason
        from dead_letter l left join lateral (%s) a on true
        where l.message_id = ? and l.consumer = ? and (l.state = 'handled') = ?
        order by l.failed_at desc limit 1
        """
            .formatted(mayReadAttempts() ? LAST_ATTEMPT : NO_ATTEMPT);
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

  /**
   * By the index of traces; a partition without it is read as a whole.
   *
   * @param since only messages made since then
   */
  List<Journey.Appended> ofTrace(String traceId, Optional<Instant> since, int max) {
    if (!knowsTraces) {
      return List.of();
    }
    var parameters = new ArrayList<Object>(List.of(traceId));
    since.map(Ids::lowest).ifPresent(parameters::add);
    // Ordered apart, so that the order is no reason to walk through all rows by their ids.
    return database.listByBitmap(
        "look for a trace",
        "with found as materialized (%swhere substr(traceparent, 4, 32) = ?%s) select * from found order by id limit %d"
            .formatted(select, since.isPresent() ? " and id >= ?" : "", max),
        parameters,
        this::row);
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
                "select lower(replace(state, '_', ' ')), coalesce(reason, ''), parked_at, coalesce(discarded_by, release_asked_by, quarantined_by) from relay_parked where message_id = ? and state <> 'RELEASED'",
                List.of(id),
                row ->
                    "%s at the relay, parked at %s%s%s"
                        .formatted(
                            row.getString(1),
                            instant(row, 3),
                            by(row.getString(4)),
                            row.getString(2).isEmpty() ? "" : ": " + row.getString(2)))
            .stream()
            .findFirst();
  }

  /** When its relay noted that it had published it again, or after it was parked. */
  List<Instant> publishedLate(UUID id) {
    var times = new ArrayList<Instant>();
    new Outbox(database).republished(List.of(id)).forEach(again -> times.add(again.until()));
    if (!database.columns("relay_parked").isEmpty()) {
      times.addAll(
          database.list(
              "look at what the relay has released",
              "select ended_at from relay_parked where message_id = ? and state = 'RELEASED'",
              List.of(id),
              row -> instant(row, 1)));
    }
    return times;
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
                "slot %s is %s, has confirmed %s and has %s of log to go"
                    .formatted(
                        slot,
                        row.getBoolean(1) ? "being read" : "read by nobody",
                        row.getString(2),
                        row.getString(3)))
        .stream()
        .findFirst()
        .orElse("slot " + slot + " is gone");
  }

  /**
   * Whether the consumer has put it aside or has handled it, in this order, for what is put aside
   * is in the inbox as well; empty if the database knows nothing of it.
   */
  Optional<Journey.Consumer> atConsumer(String consumer, UUID id) {
    return letter(consumer, id, false)
        .or(() -> parked(consumer, id))
        .or(() -> handled(consumer, id));
  }

  /** A dead letter is claimed when it is set aside, and handled when it is closed. */
  private Optional<Journey.Consumer> handled(String consumer, UUID id) {
    var retried = letter(consumer, id, true);
    return database
        .list(
            "look into the inbox",
            "select handled_at from inbox where message_id = ? and consumer = ?",
            List.of(id, consumer),
            row -> instant(row, 1))
        .stream()
        .findFirst()
        .map(claimed ->
            new Journey.Consumer(
                consumer,
                Journey.Step.HANDLED,
                retried.flatMap(Journey.Consumer::at).or(() -> Optional.of(claimed)),
                retried.flatMap(Journey.Consumer::detail)));
  }

  /** A role that reads for a ledger may have no right to the attempts. */
  private boolean mayReadAttempts() {
    return database
        .first(
            "look at the rights to dead_letter_attempt",
            "select has_table_privilege(oid, 'select') from pg_class where oid = to_regclass('dead_letter_attempt')",
            List.of(),
            row -> row.getBoolean(1))
        .orElse(false);
  }

  /** The latest letter that is handled, or the latest that is not. */
  private Optional<Journey.Consumer> letter(String consumer, UUID id, boolean isHandled) {
    return database
        .list(
            "look for a dead letter",
            letters,
            List.of(id, consumer, isHandled),
            row ->
                new Journey.Consumer(
                    consumer,
                    step(row.getString(2)),
                    Optional.of(instant(row, 6)),
                    Optional.of(
                        "%sletter %s: %s after %d attempts, %s"
                            .formatted(
                                closed(row.getString(2), row.getString(7), row.getString(8)),
                                row.getString(1),
                                row.getString(3),
                                row.getInt(4),
                                row.getString(5).lines().findFirst().orElse("")))))
        .stream()
        .findFirst();
  }

  /** Who has closed a letter, and why; empty for an open one. */
  private static String closed(String state, @Nullable String operator, @Nullable String reason) {
    return state.equals("open") || (operator == null && reason == null)
        ? ""
        : "%s%s%s; "
            .formatted(
                state.equals("handled") ? "retried " : "",
                operator == null ? "by a program" : "by " + operator,
                reason == null ? "" : ", reason: " + reason);
  }

  private static String by(@Nullable String operator) {
    return operator == null ? "" : " by " + operator;
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
