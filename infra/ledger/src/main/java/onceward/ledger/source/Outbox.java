package onceward.ledger.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** An outbox, its relay's slot, and what the relay holds. For one thread, as the database is. */
public record Outbox(Database database) {

  // A slot that PostgreSQL has invalidated is there, but nobody reads from it any more.
  private static final String CONFIRMED =
      """
      select confirmed_flush_lsn >= ?::pg_lsn from pg_replication_slots
      where slot_name = ? and wal_status is distinct from 'lost'
      """;

  private static final String HELD =
      """
      select message_id, case when state = 'DISCARDED' or unreadable then 'DISCARDED_AT_RELAY' else 'HELD_BY_RELAY' end
      from (select message_id, state, unreadable from relay_parked where state <> 'RELEASED') held
      """;

  // A database whose migrations are older keeps no record of it, nor does a role see it without a
  // right.
  private static final String KEEPS_REPUBLISHED =
      """
      select coalesce(has_table_privilege(to_regclass('relay_republished'), 'select')
                      and has_table_privilege(to_regclass('relay_republish'), 'select'), false)
      """;

  private static final String REPUBLISHED =
      """
      select message_id, request, (extract(epoch from started_at) * 1000)::bigint,
             (extract(epoch from published_at) * 1000)::bigint
      from relay_republished join relay_republish on relay_republish.id = request
      where message_id = any(?) and started_at is not null
      order by request
      """;

  private static final String ESTIMATE =
      """
      select coalesce(sum(greatest(reltuples, 0)), 0)::bigint from pg_class
      where oid = to_regclass('outbox')
         or oid in (select inhrelid from pg_inherits where inhparent = to_regclass('outbox'))
      """;

  /** The rows, by id. */
  public void rows(Names names, Scope scope, Ahead.Sink<Appended> to) throws InterruptedException {
    var columns = database.columns("outbox");
    var sql =
        "select id, aggregatetype, aggregateid, type, %s, %s, substring(sha256(convert_to(payload::text, 'UTF8')) for 8), xmin::text::bigint from outbox"
            .formatted(
                columns.contains("aggregateversion") ? "aggregateversion::bigint" : "0::bigint",
                columns.contains("causationid") ? "causationid" : "null::uuid");
    var digest = new Digest();
    var number = names.number(database.name());
    database.stream(
        sql,
        "id",
        Optional.of("aggregateid"),
        scope,
        row -> {
          var aggregate = row.getString(3).getBytes(UTF_8);
          to.accept(
              new Appended(
                  row.getObject(1, UUID.class),
                  number,
                  names.number(row.getString(2)),
                  names.number(row.getString(4)),
                  row.getLong(5),
                  digest.of(aggregate),
                  Partitions.hash(aggregate),
                  Digest.first(row.getBytes(7)),
                  row.getObject(6, UUID.class),
                  row.getLong(8)));
        });
  }

  /** The rows of a time, summed up by hour, kind of aggregate and type. */
  public List<Hours.HourSum> sums(
      Optional<Instant> since, Optional<Instant> until, Hours.DaysDone daysDone) {
    return Hours.sumsByDay(
        database, "outbox", "id", List.of("aggregatetype", "type"), since, until, daysDone);
  }

  /** What the relay holds, by id. */
  public void heldByRelay(Names names, Scope scope, Ahead.Sink<SetAside> to)
      throws InterruptedException {
    if (database.columns("relay_parked").isEmpty()) {
      return;
    }
    var number = names.number(database.name());
    database.stream(
        HELD,
        "message_id",
        Optional.empty(),
        scope,
        row ->
            to.accept(
                new SetAside(
                    row.getObject(1, UUID.class),
                    number,
                    SetAside.Where.valueOf(row.getString(2)))));
  }

  /**
   * Whether the slot's reader has confirmed all before that place; empty if there is no slot that
   * can be read.
   */
  public Optional<Boolean> isConfirmed(String slot, String place) {
    return database.first(
        "read how far slot " + slot + " is",
        CONFIRMED,
        List.of(place, slot),
        row -> row.getBoolean(1));
  }

  /**
   * How a slot is read.
   *
   * @param isActive whether a reader holds it
   * @param place up to where it has confirmed
   */
  public record SlotReading(boolean isActive, String place) {}

  /** How the slot is read now; empty if there is none. */
  public Optional<SlotReading> reading(String slot) {
    return database.first(
        "read who reads slot " + slot,
        "select active, coalesce(confirmed_flush_lsn::text, '') from pg_replication_slots where slot_name = ?",
        List.of(slot),
        row -> new SlotReading(row.getBoolean(1), row.getString(2)));
  }

  /** Which of these messages it has by now. */
  public Set<UUID> among(Collection<UUID> ids) {
    return new HashSet<>(
        database.list(
            "look for messages",
            "select id from outbox where id = any(?)",
            List.of(ids),
            row -> row.getObject(1, UUID.class)));
  }

  /** Whether it has a row of that kind of aggregate. Without an index for it, it reads all. */
  public boolean has(String aggregateType) {
    return database
        .first(
            "look for messages of " + aggregateType,
            "select exists (select from outbox where aggregatetype = ?)",
            List.of(aggregateType),
            row -> row.getBoolean(1))
        .orElse(false);
  }

  /** Which of these messages its relay has published again, for which requests. */
  public List<Republished> republished(Collection<UUID> ids) {
    var keeps =
        database.first(
            "look for requests to republish",
            KEEPS_REPUBLISHED,
            List.of(),
            row -> row.getBoolean(1));
    return keeps.orElse(false)
        ? database.list(
            "look for republished messages",
            REPUBLISHED,
            List.of(ids),
            row ->
                new Republished(
                    row.getObject(1, UUID.class),
                    "%s/%d".formatted(database.name(), row.getLong(2)),
                    Instant.ofEpochMilli(row.getLong(3)),
                    Instant.ofEpochMilli(row.getLong(4))))
        : List.of();
  }

  /** What it says of these messages, for people, e.g. {@code Paid of order 7 version 2}. */
  public Map<UUID, String> described(Collection<UUID> ids) {
    var words = new HashMap<UUID, String>();
    var version =
        database.columns("outbox").contains("aggregateversion") ? "aggregateversion" : "0";
    database.list(
        "describe messages",
        "select id, format('%s of %s %s version %s', type, aggregatetype, aggregateid, "
            + version
            + ") from outbox where id = any(?)",
        List.of(ids),
        row -> words.put(row.getObject(1, UUID.class), row.getString(2)));
    return words;
  }

  /** About how many rows it has; 0 if nobody knows. */
  public long estimate() {
    return database.first("estimate rows", ESTIMATE, List.of(), row -> row.getLong(1)).orElse(0L);
  }

  /** The digest of an aggregate's id, as rows and records have it. */
  public static long keyDigest(String aggregateId) {
    return new Digest().of(aggregateId.getBytes(UTF_8));
  }
}
