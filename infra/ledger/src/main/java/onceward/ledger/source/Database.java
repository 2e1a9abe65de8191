package onceward.ledger.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One database, over one connection that changes nothing. For one thread.
 *
 * <p>Every method may fail with a {@link LedgerException}.
 */
public final class Database implements AutoCloseable {

  private static final int FETCH_ROWS = 5_000;

  private static final String HAS =
      """
      select to_regclass('outbox') is not null, to_regclass('inbox') is not null,
             to_regclass('outbox_slot') is not null, to_regclass('outbox_day') is not null,
             to_regclass('inbox_low_water') is not null, to_regclass('consumed_partition') is not null,
             to_regclass('consumed_type') is not null
      """;

  private static final String OUTBOX_FROM =
      "select extract(epoch from (max(day) + 1)::timestamp)::bigint from outbox_day where dropped is not null";

  private static final String TYPES =
      """
      select consumer, topic, type, (extract(epoch from handled_since) * 1000)::bigint
      from consumed_type where handled_until is null
      """;

  private static final String OFFSETS =
      "select consumer, topic, kafka_partition, next_offset from consumed_partition";

  private static final String SLOT =
      "select confirmed_flush_lsn >= ?::pg_lsn from pg_replication_slots where slot_name = ?";

  private final DatabaseSettings settings;
  private final Connection connection;

  private Database(DatabaseSettings settings, Connection connection) {
    this.settings = settings;
    this.connection = connection;
  }

  /** Connects. */
  public static Database connect(DatabaseSettings settings) {
    var properties = new Properties();
    properties.setProperty("user", settings.user());
    properties.setProperty("password", settings.password());
    properties.setProperty("ApplicationName", "onceward ledger");
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("readOnly", "true");
    // Binary from the first execution on: ids and numbers are not parsed.
    properties.setProperty("prepareThreshold", "-1");
    try {
      return new Database(settings, DriverManager.getConnection(settings.url(), properties));
    } catch (SQLException refused) {
      throw new LedgerException(
          "Database %s cannot be read: %s".formatted(settings, refused.getMessage()), refused);
    }
  }

  /** What the answers call it. */
  public String name() {
    return settings.name();
  }

  /**
   * What a transaction sees.
   *
   * @param name by which other connections see the same
   * @param place in the log, behind all that it sees
   */
  public record Snapshot(String name, String place) {}

  /** Begins a transaction that sees what is committed now, and nothing that commits later. */
  public Snapshot snapshot() {
    return ask(
        "begin to read",
        () -> {
          connection.setAutoCommit(false);
          connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
          // The snapshot is taken before the functions are called.
          return one(
              "select pg_export_snapshot(), pg_current_wal_insert_lsn()::text",
              row -> new Snapshot(row.getString(1), row.getString(2)));
        });
  }

  /** Begins a transaction that sees what another one does, which must be open still. */
  public void share(Snapshot snapshot) {
    ask(
        "begin to read",
        () -> {
          connection.setAutoCommit(false);
          connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
          try (var statement = connection.createStatement()) {
            // The server made the name: hexadecimal digits and hyphens.
            return statement.execute("set transaction snapshot '" + snapshot.name() + "'");
          }
        });
  }

  /** Whether the slot's reader has confirmed all before that place; empty if there is no slot. */
  public Optional<Boolean> isConfirmed(String slot, String place) {
    return ask(
        "read how far slot " + slot + " is",
        () -> {
          try (var select = connection.prepareStatement(SLOT)) {
            select.setString(1, place);
            select.setString(2, slot);
            var rows = select.executeQuery();
            return rows.next() ? Optional.of(rows.getBoolean(1)) : Optional.empty();
          }
        });
  }

  /** What there is. */
  public Catalog catalog() {
    return ask(
        "read which tables there are",
        () -> {
          var has =
              one(
                  HAS,
                  row -> {
                    var found = new boolean[7];
                    for (int i = 0; i < found.length; i++) {
                      found[i] = row.getBoolean(i + 1);
                    }
                    return found;
                  });
          return new Catalog(
              has[0],
              has[1],
              has[3] ? one(OUTBOX_FROM, Database::seconds) : Optional.empty(),
              has[4]
                  ? Optional.of(
                      one("select mark from inbox_low_water", row -> row.getObject(1, UUID.class)))
                  : Optional.empty(),
              settings.slot().isEmpty() && has[2]
                  ? Optional.of(one("select name from outbox_slot", row -> row.getString(1)))
                  : settings.slot(),
              has[5] && has[6] ? subscriptions() : List.of());
        });
  }

  /** The rows of the outbox, by id. */
  public void appended(Names names, Scope scope, Ahead.Sink<Appended> to)
      throws SQLException, InterruptedException {
    var columns = columns("outbox");
    var sql =
        "select id, aggregatetype, aggregateid, type, %s, %s, substring(sha256(convert_to(payload::text, 'UTF8')) for 8), xmin::text::bigint from outbox"
            .formatted(
                columns.contains("aggregateversion") ? "aggregateversion::bigint" : "0::bigint",
                columns.contains("causationid") ? "causationid" : "null::uuid");
    var digest = new Digest();
    var database = names.number(name());
    stream(
        sql,
        "id",
        scope,
        "aggregateid",
        row -> {
          var aggregate = row.getString(3).getBytes(UTF_8);
          to.accept(
              new Appended(
                  row.getObject(1, UUID.class),
                  database,
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

  /** The claims of all consumers, by id. */
  public void claimed(Names names, Scope scope, Ahead.Sink<Claimed> to)
      throws SQLException, InterruptedException {
    stream(
        "select message_id, consumer from inbox",
        "message_id",
        scope,
        null,
        row ->
            to.accept(new Claimed(row.getObject(1, UUID.class), names.number(row.getString(2)))));
  }

  /** What consumers have put aside, by id. */
  public void deadLetters(Names names, Scope scope, Ahead.Sink<SetAside> to)
      throws SQLException, InterruptedException {
    setAside(
        """
        select message_id, consumer, case state when 'discarded' then 'DISCARDED' when 'archived' then 'ARCHIVED' else 'DEAD_LETTER' end
        from (select message_id, consumer, state from dead_letter
              where message_id is not null and state <> 'handled') letter
        """,
        "dead_letter",
        names,
        scope,
        to);
  }

  /** What waits at consumers, by id. */
  public void parked(Names names, Scope scope, Ahead.Sink<SetAside> to)
      throws SQLException, InterruptedException {
    setAside(
        "select message_id, consumer, 'PARKED' from parked_message",
        "parked_message",
        names,
        scope,
        to);
  }

  /** What the relay holds, by id. */
  public void heldByRelay(Names names, Scope scope, Ahead.Sink<SetAside> to)
      throws SQLException, InterruptedException {
    setAside(
        """
        select message_id, current_database()::text,
               case when state = 'DISCARDED' or unreadable then 'DISCARDED_AT_RELAY' else 'HELD_BY_RELAY' end
        from (select message_id, state, unreadable from relay_parked where state <> 'RELEASED') held
        """,
        "relay_parked",
        names,
        scope,
        to);
  }

  /** Which of these messages are in the outbox by now. */
  public Set<UUID> among(Collection<UUID> ids) {
    return ask(
        "look for messages",
        () -> {
          try (var select =
              connection.prepareStatement("select id from outbox where id = any(?)")) {
            select.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
            var rows = select.executeQuery();
            var found = new HashSet<UUID>();
            while (rows.next()) {
              found.add(rows.getObject(1, UUID.class));
            }
            return found;
          }
        });
  }

  /** What the outbox says of these messages, in words, by id. */
  public Map<UUID, Described> described(Collection<UUID> ids) {
    var columns = columns("outbox");
    var sql =
        "select id, aggregatetype, aggregateid, %s, type from outbox where id = any(?)"
            .formatted(columns.contains("aggregateversion") ? "aggregateversion" : "0");
    return ask(
        "describe messages",
        () -> {
          try (var select = connection.prepareStatement(sql)) {
            select.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
            var rows = select.executeQuery();
            var found = new HashMap<UUID, Described>();
            while (rows.next()) {
              found.put(
                  rows.getObject(1, UUID.class),
                  new Described(
                      rows.getString(2), rows.getString(3), rows.getLong(4), rows.getString(5)));
            }
            return found;
          }
        });
  }

  /** What the outbox says of a message. */
  public record Described(String aggregateType, String aggregateId, long version, String type) {

    /** For people, e.g. {@code AccountRegistered of account 0199… version 1}. */
    public String words() {
      return "%s of %s %s version %d".formatted(type, aggregateType, aggregateId, version);
    }
  }

  /** The digest of an aggregate's id, as rows and records have it. */
  public static long keyDigest(String aggregateId) {
    return new Digest().of(aggregateId.getBytes(UTF_8));
  }

  /** The rows that answer a question; few of them, for all are kept. */
  public <T> List<T> list(
      String attempted, String sql, List<Object> parameters, RowMapper<T> mapper) {
    return ask(
        attempted,
        () -> {
          try (var select = connection.prepareStatement(sql)) {
            for (var i = 0; i < parameters.size(); i++) {
              select.setObject(i + 1, parameters.get(i));
            }
            var rows = select.executeQuery();
            var found = new ArrayList<T>();
            while (rows.next()) {
              found.add(mapper.map(rows));
            }
            return found;
          }
        });
  }

  /** The columns of a table; none if it does not exist. */
  public Set<String> columns(String table) {
    return ask("read the columns of " + table, () -> columnsOf(table));
  }

  /** About how many rows a table and its partitions have; 0 if nobody knows. */
  public long estimate(String table) {
    return ask(
        "estimate rows",
        () -> {
          try (var select =
              connection.prepareStatement(
                  """
                  select coalesce(sum(greatest(reltuples, 0)), 0)::bigint from pg_class
                  where oid = to_regclass(?) or oid in (select inhrelid from pg_inherits where inhparent = to_regclass(?))
                  """)) {
            select.setString(1, table);
            select.setString(2, table);
            var rows = select.executeQuery();
            return rows.next() ? rows.getLong(1) : 0L;
          }
        });
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException ignored) {
      // It has changed nothing.
    }
  }

  private void setAside(String sql, String table, Names names, Scope scope, Ahead.Sink<SetAside> to)
      throws SQLException, InterruptedException {
    if (columns(table).isEmpty()) {
      return;
    }
    stream(
        sql,
        "message_id",
        scope,
        null,
        row ->
            to.accept(
                new SetAside(
                    row.getObject(1, UUID.class),
                    names.number(row.getString(2)),
                    SetAside.Where.valueOf(row.getString(3)))));
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException, InterruptedException;
  }

  private void stream(
      String sql, String id, Scope scope, @Nullable String aggregate, RowReader reader)
      throws SQLException, InterruptedException {
    var where = new ArrayList<String>();
    scope.since().ifPresent(_ -> where.add(id + " >= ?"));
    scope.until().ifPresent(_ -> where.add(id + " < ?"));
    var isOfOne = aggregate != null && scope.aggregate().isPresent();
    if (isOfOne) {
      where.add(aggregate + " = ?");
    }
    var conditions = where.isEmpty() ? "" : " where " + String.join(" and ", where);
    try (var select = connection.prepareStatement(sql + conditions + " order by " + id)) {
      var next = 1;
      if (scope.since().isPresent()) {
        select.setObject(next++, Ids.lowest(scope.since().get()));
      }
      if (scope.until().isPresent()) {
        select.setObject(next++, Ids.lowest(scope.until().get()));
      }
      if (isOfOne) {
        select.setString(next, scope.aggregate().orElseThrow());
      }
      select.setFetchSize(FETCH_ROWS);
      var rows = select.executeQuery();
      while (rows.next()) {
        reader.read(rows);
      }
    }
  }

  private Set<String> columnsOf(String table) throws SQLException {
    try (var select =
        connection.prepareStatement(
            "select attname from pg_attribute where attrelid = to_regclass(?) and attnum > 0 and not attisdropped")) {
      select.setString(1, table);
      var rows = select.executeQuery();
      var names = new HashSet<String>();
      while (rows.next()) {
        names.add(rows.getString(1));
      }
      return names;
    }
  }

  private List<Subscribed> subscriptions() throws SQLException {
    record Name(String consumer, String topic) {}
    var types = new HashMap<Name, Map<String, Optional<Instant>>>();
    all(
        TYPES,
        row -> {
          var since = row.getObject(4, Long.class);
          types
              .computeIfAbsent(new Name(row.getString(1), row.getString(2)), _ -> new HashMap<>())
              .put(row.getString(3), Optional.ofNullable(since).map(Instant::ofEpochMilli));
        });
    var offsets = new HashMap<Name, Map<Integer, Long>>();
    all(
        OFFSETS,
        row ->
            offsets
                .computeIfAbsent(new Name(row.getString(1), row.getString(2)), _ -> new HashMap<>())
                .put(row.getInt(3), row.getLong(4)));
    return types.entrySet().stream()
        .map(entry ->
            new Subscribed(
                entry.getKey().consumer(),
                entry.getKey().topic(),
                entry.getValue(),
                offsets.getOrDefault(entry.getKey(), Map.of())))
        .toList();
  }

  private static Optional<Instant> seconds(ResultSet row) throws SQLException {
    return Optional.ofNullable(row.getObject(1, Long.class)).map(Instant::ofEpochSecond);
  }

  /** Makes something of a row. */
  @FunctionalInterface
  public interface RowMapper<T> {

    /** Leaves the cursor where it is. */
    T map(ResultSet row) throws SQLException;
  }

  private interface RowVisitor {
    void visit(ResultSet row) throws SQLException;
  }

  private <T> T one(String sql, RowMapper<T> mapper) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      var rows = select.executeQuery();
      if (!rows.next()) {
        throw new LedgerException("Database %s answers nothing to: %s".formatted(settings, sql));
      }
      return mapper.map(rows);
    }
  }

  private void all(String sql, RowVisitor visitor) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      var rows = select.executeQuery();
      while (rows.next()) {
        visitor.visit(rows);
      }
    }
  }

  private interface Question<T> {
    T ask() throws SQLException;
  }

  private <T> T ask(String attempted, Question<T> question) {
    try {
      return question.ask();
    } catch (SQLException failure) {
      throw new LedgerException(
          "Database %s: cannot %s: %s".formatted(settings, attempted, failure.getMessage()),
          failure);
    }
  }
}
