package onceward.ledger.source;

import static java.util.stream.Collectors.toMap;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.Uuid;

/**
 * What a database has of the tables that are compared, and how far back.
 *
 * @param outboxFrom before this, days of the outbox have been dropped
 * @param inboxFrom below this id, days of the inbox have been dropped
 * @param slots that the outbox is captured from, one for each of its shards; none if nothing says
 *     so
 * @param lost where records of an outbox end that was lost with an earlier database
 * @param subscriptions of consumers that store their claims here
 */
public record Catalog(
    boolean hasOutbox,
    boolean hasInbox,
    Optional<Instant> outboxFrom,
    Optional<UUID> inboxFrom,
    List<String> slots,
    List<Lost> lost,
    List<Subscribed> subscriptions) {

  /**
   * Records of a partition whose rows were lost with the database that held the outbox.
   *
   * @param topicId of the topic of that name that is meant, as Kafka writes it; empty if an older
   *     version has noted the loss
   * @param from this offset on
   * @param before this offset
   * @param notedAt messages that were appended later have rows
   */
  public record Lost(
      String topic,
      Optional<String> topicId,
      int partition,
      long from,
      long before,
      Instant notedAt) {}

  private static final String LOST =
      """
      select topic, kafka_partition, before_offset, (extract(epoch from noted_at) * 1000)::bigint, %s
      from outbox_lost where before_offset > 0
      """;

  private static final String LOST_BOUNDED = LOST.formatted("from_offset, topic_id");

  // Of a service of the version before.
  private static final String LOST_BEFORE = LOST.formatted("0::bigint, null::uuid");

  private static final String ATTEMPT = "read which tables there are";

  private static final String TYPES =
      """
      select consumer, topic, type, (extract(epoch from handled_since) * 1000)::bigint,
             (extract(epoch from %s) * 1000)::bigint
      from consumed_type where handled_until is null
      """;

  private static final String TYPES_BEGUN = TYPES.formatted("began_at");

  // Of a service of the version before.
  private static final String TYPES_BEFORE = TYPES.formatted("null::timestamptz");

  /** Asks the database. */
  public static Catalog of(Database database) {
    return new Catalog(
        has(database, "outbox"),
        has(database, "inbox"),
        outboxFrom(database),
        ifThere(
            database,
            "inbox_low_water",
            "select mark from inbox_low_water",
            row -> row.getObject(1, UUID.class)),
        slots(database),
        has(database, "outbox_lost")
            ? database.list(
                ATTEMPT,
                database.columns("outbox_lost").contains("from_offset")
                    ? LOST_BOUNDED
                    : LOST_BEFORE,
                List.of(),
                Catalog::lost)
            : List.of(),
        has(database, "consumed_type") ? subscriptions(database) : List.of());
  }

  /** Before when days of the outbox have been dropped by now; empty if none was. */
  public static Optional<Instant> outboxFrom(Database database) {
    return ifThere(
            database,
            "outbox_day",
            "select extract(epoch from (max(day) + 1)::timestamp)::bigint from outbox_day where dropped is not null",
            row -> Optional.ofNullable(row.getObject(1, Long.class)))
        .flatMap(seconds -> seconds)
        .map(Instant::ofEpochSecond);
  }

  private static List<String> slots(Database database) {
    var named = database.settings().slots();
    return named.isEmpty() && has(database, "outbox_slot")
        ? database.list(
            ATTEMPT,
            "select name from outbox_slot order by name",
            List.of(),
            row -> row.getString(1))
        : named;
  }

  private static Lost lost(ResultSet row) throws SQLException {
    return new Lost(
        row.getString(1),
        Optional.ofNullable(row.getObject(6, UUID.class)).map(Catalog::ofKafka),
        row.getInt(2),
        row.getLong(5),
        row.getLong(3),
        Instant.ofEpochMilli(row.getLong(4)));
  }

  private static String ofKafka(UUID id) {
    return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits()).toString();
  }

  private static boolean has(Database database, String table) {
    return !database.columns(table).isEmpty();
  }

  private static <T> Optional<T> ifThere(
      Database database, String table, String sql, Database.RowMapper<T> mapper) {
    return has(database, table)
        ? database.first(ATTEMPT, sql, List.of(), mapper)
        : Optional.empty();
  }

  private record Name(String consumer, String topic) {}

  private record Handled(
      Name name, String type, Optional<Instant> since, Optional<Instant> beganAt) {

    /** Of the first run of the consumer, and not of a type that it has learned since. */
    boolean isOfFirstRun() {
      return since.isEmpty();
    }
  }

  private record Reached(Name name, int partition, long nextOffset) {}

  private static List<Subscribed> subscriptions(Database database) {
    var types = new HashMap<Name, List<Handled>>();
    database
        .list(
            ATTEMPT,
            database.columns("consumed_type").contains("began_at") ? TYPES_BEGUN : TYPES_BEFORE,
            List.of(),
            row ->
                new Handled(
                    new Name(row.getString(1), row.getString(2)),
                    row.getString(3),
                    moment(row, 4),
                    moment(row, 5)))
        .forEach(
            handled -> types.computeIfAbsent(handled.name(), _ -> new ArrayList<>()).add(handled));
    var offsets = new HashMap<Name, Map<Integer, Long>>();
    database
        .list(
            ATTEMPT,
            "select consumer, topic, kafka_partition, next_offset from consumed_partition",
            List.of(),
            row ->
                new Reached(
                    new Name(row.getString(1), row.getString(2)), row.getInt(3), row.getLong(4)))
        .forEach(reached ->
            offsets
                .computeIfAbsent(reached.name(), _ -> new HashMap<>())
                .put(reached.partition(), reached.nextOffset()));
    return types.entrySet().stream()
        .map(entry ->
            new Subscribed(
                entry.getKey().consumer(),
                entry.getKey().topic(),
                entry.getValue().stream().collect(toMap(Handled::type, Handled::since)),
                beganAt(entry.getValue()),
                offsets.getOrDefault(entry.getKey(), Map.of())))
        .toList();
  }

  /** Empty if nobody has noted it of one of the types that the consumer had from the beginning. */
  private static Optional<Instant> beganAt(List<Handled> types) {
    var noted = types.stream().filter(Handled::isOfFirstRun).map(Handled::beganAt).toList();
    return noted.contains(Optional.<Instant>empty())
        ? Optional.empty()
        : noted.stream().flatMap(Optional::stream).min(Instant::compareTo);
  }

  private static Optional<Instant> moment(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, Long.class)).map(Instant::ofEpochMilli);
  }
}
