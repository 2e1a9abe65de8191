package onceward.relay.source;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import java.util.function.LongConsumer;
import onceward.relay.position.IdDigest;
import onceward.relay.position.Lsn;

/**
 * Asks what a database holds before a pipeline leaves it, and after it was copied. Every statement
 * is bounded in time; reading all ids of an outbox has no bound but progress. Safe for use by many
 * threads.
 */
public final class HoldingsLook {

  private static final int FETCH_ROWS = 10_000;

  // By the catalogue and by the text of the function: the relay's role may not try an insert. The
  // end of the log is read once the snapshot is taken that sees the trigger.
  private static final String FENCE =
      """
      with outbox as (
        select pg_class.oid from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where nspname || '.' || relname = ?),
      part as (
        select pg_class.oid
        from (select oid from outbox
              union select relid from outbox, pg_partition_tree(outbox.oid)) parts
        join pg_class on pg_class.oid = parts.oid where relkind in ('r', 'p'))
      select (select system_identifier::text from pg_control_system()) as system_identifier,
             (select coalesce(md5(string_agg(concat_ws('@', pg_trigger.oid, pg_trigger.xmin, pg_proc.xmin), ' ' order by pg_trigger.oid)), '')
              from part join pg_trigger on tgrelid = part.oid join pg_proc on pg_proc.oid = tgfoid
              where tgname = ?) as state,
             exists (select from outbox) and not exists
               (select from part where not exists
                 (select from pg_trigger join pg_proc on pg_proc.oid = tgfoid
                  where tgrelid = part.oid and tgname = ? and tgenabled in ('O', 'A')
                    and tgtype & 7 = 7 and tgqual is null and btrim(prosrc) = ?)) as holds,
             case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
                  else pg_current_wal_insert_lsn() end as written_to
      """;

  private static final String HAS_REPUBLISH =
      "select coalesce(has_table_privilege(to_regclass('relay_republish'), 'select'), false)";

  private static final String OPEN_REQUESTS =
      "select count(*) from relay_republish where slot = ? and ended_at is null";

  private static final String PARKED_IDS =
      "select message_id::text from relay_parked where slot = ? and ended_at is null";

  private final Connections connections;
  private final DatabaseSettings settings;

  /**
   * @param pipeline is named to the server, for whoever looks at its sessions
   */
  public HoldingsLook(String pipeline, DatabaseSettings settings) {
    this.connections = new Connections(pipeline, settings);
    this.settings = settings;
  }

  /**
   * Looks whether the outbox is fenced.
   *
   * @throws DatabaseException if the database does not answer
   */
  public Fence fence() {
    try (var connection = connections.open();
        var select = connection.prepareStatement(FENCE)) {
      select.setString(1, settings.table());
      select.setString(2, Fence.NAME);
      select.setString(3, Fence.NAME);
      select.setString(4, Fence.BODY);
      var row = select.executeQuery();
      row.next();
      return new Fence(
          row.getString("system_identifier"),
          row.getString("state"),
          row.getBoolean("holds"),
          Lsn.parse(row.getString("written_to")),
          openRequests(connection));
    } catch (SQLException e) {
      throw connections.silent("look at the fence of", e);
    }
  }

  private int openRequests(Connection connection) throws SQLException {
    try (var has = connection.prepareStatement(HAS_REPUBLISH)) {
      var row = has.executeQuery();
      if (!row.next() || !row.getBoolean(1)) {
        return 0;
      }
    }
    try (var count = connection.prepareStatement(OPEN_REQUESTS)) {
      count.setString(1, settings.slot());
      var row = count.executeQuery();
      row.next();
      return row.getInt(1);
    }
  }

  /**
   * Reads all ids.
   *
   * @param progress hears how many rows of the outbox are read so far, every {@value #FETCH_ROWS};
   *     what it throws ends the reading
   * @throws DatabaseException if the database does not answer
   */
  public Holdings read(LongConsumer progress) {
    try (var connection = connections.open()) {
      // All of one moment, and by a cursor: each answer is bounded in time and in size.
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      return outbox(connection, progress);
    } catch (SQLException e) {
      throw connections.silent("read all ids of", e);
    }
  }

  private Holdings outbox(Connection connection, LongConsumer progress) throws SQLException {
    // The slot sends what was written from its catalog_xmin on. Rows of just then may be counted
    // that it does not send, and none is left out that it sends.
    var sql =
        "select id::text, %s <= (select %s from pg_replication_slots where slot_name = ?) from %s outbox"
            .formatted(
                TransactionAge.of("outbox.xmin"),
                TransactionAge.of("catalog_xmin"),
                settings.table());
    try (var select = connection.prepareStatement(sql)) {
      select.setString(1, settings.slot());
      select.setFetchSize(FETCH_ROWS);
      var rows = select.executeQuery();
      var counter = new IdDigest.Counter();
      var writtenSinceSlot = 0L;
      while (rows.next()) {
        counter.add(id(rows.getString(1)));
        if (rows.getBoolean(2)) {
          writtenSinceSlot++;
        }
        if (counter.rows() % FETCH_ROWS == 0) {
          progress.accept(counter.rows());
        }
      }
      return new Holdings(counter.digest(), parked(connection), writtenSinceSlot);
    }
  }

  private IdDigest parked(Connection connection) throws SQLException {
    try (var select = connection.prepareStatement(PARKED_IDS)) {
      select.setString(1, settings.slot());
      select.setFetchSize(FETCH_ROWS);
      var rows = select.executeQuery();
      var counter = new IdDigest.Counter();
      while (rows.next()) {
        counter.add(id(rows.getString(1)));
      }
      return counter.digest();
    }
  }

  /** A row whose id is none is no message, and counts all the same. */
  private static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException other) {
      return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
