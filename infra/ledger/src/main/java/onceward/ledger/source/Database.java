package onceward.ledger.source;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;

/**
 * One database, over one connection that changes nothing. For one thread.
 *
 * <p>Every method may fail with a {@link LedgerException}.
 */
public final class Database implements AutoCloseable {

  private static final int FETCH_ROWS = 5_000;
  private static final String CONNECT_SECONDS_MAX = "10";

  /** Rows come in the order of an index, but the first ones may have to be sorted for. */
  private static final String ANSWER_SECONDS_MAX = "600";

  private static final String BITMAPS_ONLY =
      "set local enable_seqscan = off; set local enable_indexscan = off; set local enable_indexonlyscan = off";

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
    properties.setProperty("connectTimeout", CONNECT_SECONDS_MAX);
    properties.setProperty("socketTimeout", ANSWER_SECONDS_MAX);
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

  /** Which it is. */
  public DatabaseSettings settings() {
    return settings;
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
    begin();
    // The snapshot is taken before the functions are called.
    return list(
            "begin to read",
            "select pg_export_snapshot(), pg_current_wal_insert_lsn()::text",
            List.of(),
            row -> new Snapshot(row.getString(1), row.getString(2)))
        .getFirst();
  }

  /** Begins a transaction that sees what another one does, which must be open still. */
  public void share(Snapshot snapshot) {
    begin();
    try (var statement = connection.createStatement()) {
      // The server made the name: hexadecimal digits and hyphens.
      statement.execute("set transaction snapshot '" + snapshot.name() + "'");
    } catch (SQLException failure) {
      throw failure("begin to read", failure);
    }
  }

  private void begin() {
    try {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    } catch (SQLException failure) {
      throw failure("begin to read", failure);
    }
  }

  /** The columns of a table; none if it does not exist. */
  public Set<String> columns(String table) {
    return new HashSet<>(
        list(
            "read the columns of " + table,
            "select attname from pg_attribute where attrelid = to_regclass(?) and attnum > 0 and not attisdropped",
            List.of(table),
            row -> row.getString(1)));
  }

  /** Makes something of a row. */
  @FunctionalInterface
  public interface RowMapper<T> {

    /** Leaves the cursor where it is. */
    T map(ResultSet row) throws SQLException;
  }

  /**
   * The rows that answer a question; few of them, for all are kept.
   *
   * @param attempted what is asked for, behind "cannot"
   * @param parameters ids may come as a collection, for an array
   */
  public <T> List<T> list(
      String attempted, String sql, List<Object> parameters, RowMapper<T> mapper) {
    try (var select = connection.prepareStatement(sql)) {
      for (var i = 0; i < parameters.size(); i++) {
        set(select, i + 1, parameters.get(i));
      }
      var rows = select.executeQuery();
      var found = new ArrayList<T>();
      while (rows.next()) {
        found.add(mapper.map(rows));
      }
      return found;
    } catch (SQLException failure) {
      throw failure(attempted, failure);
    }
  }

  /**
   * As {@link #list}, by a bitmap of an index wherever there is one that helps. PostgreSQL takes
   * bloom filters for no better than reading the table, and would read it.
   */
  public <T> List<T> listByBitmap(
      String attempted, String sql, List<Object> parameters, RowMapper<T> mapper) {
    try (var planner = connection.createStatement()) {
      connection.setAutoCommit(false);
      planner.execute(BITMAPS_ONLY);
      var found = list(attempted, sql, parameters, mapper);
      connection.commit();
      connection.setAutoCommit(true);
      return found;
    } catch (SQLException failure) {
      throw failure(attempted, failure);
    }
  }

  /** The row that answers a question; empty if there is none. */
  public <T> Optional<T> first(
      String attempted, String sql, List<Object> parameters, RowMapper<T> mapper) {
    return list(attempted, sql, parameters, mapper).stream().findFirst();
  }

  /** Is given one row after the other. */
  interface RowReader {

    /** Leaves the cursor where it is. */
    void read(ResultSet row) throws SQLException, InterruptedException;
  }

  /**
   * Reads any number of rows in the order of their ids, a bounded number at a time; within a
   * transaction.
   *
   * @param sql up to the conditions
   * @param id the column of the message's id
   * @param aggregate the column of the aggregate's id; empty where the rows have none
   */
  void stream(String sql, String id, Optional<String> aggregate, Scope scope, RowReader reader)
      throws InterruptedException {
    var where = new ArrayList<String>();
    var parameters = new ArrayList<Object>();
    scope
        .since()
        .ifPresent(since -> {
          where.add(id + " >= ?");
          parameters.add(Ids.lowest(since));
        });
    scope
        .until()
        .ifPresent(until -> {
          where.add(id + " < ?");
          parameters.add(Ids.lowest(until));
        });
    aggregate.ifPresent(column ->
        scope
            .aggregate()
            .ifPresent(only -> {
              where.add(column + " = ?");
              parameters.add(only);
            }));
    var conditions = where.isEmpty() ? "" : " where " + String.join(" and ", where);
    try (var select = connection.prepareStatement(sql + conditions + " order by " + id)) {
      for (var i = 0; i < parameters.size(); i++) {
        set(select, i + 1, parameters.get(i));
      }
      select.setFetchSize(FETCH_ROWS);
      var rows = select.executeQuery();
      while (rows.next()) {
        reader.read(rows);
      }
    } catch (SQLException failure) {
      throw failure("read messages", failure);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException ignored) {
      // It has changed nothing.
    }
  }

  private void set(PreparedStatement statement, int place, Object parameter) throws SQLException {
    if (parameter instanceof Collection<?> ids) {
      statement.setArray(place, connection.createArrayOf("uuid", ids.toArray(UUID[]::new)));
    } else {
      statement.setObject(place, parameter);
    }
  }

  private LedgerException failure(String attempted, SQLException cause) {
    return new LedgerException(
        "Database %s: cannot %s: %s".formatted(settings, attempted, cause.getMessage()), cause);
  }
}
