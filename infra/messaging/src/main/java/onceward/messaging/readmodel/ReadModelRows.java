package onceward.messaging.readmodel;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import onceward.messaging.CurrentTransaction;
import onceward.messaging.Statements;

/**
 * The table {@code read_model}, and the lock that tells live writers from whoever begins a rebuild.
 * Fails without an open transaction. Safe for use by many threads and processes.
 */
@Singleton
@Requires(bean = CurrentTransaction.class)
final class ReadModelRows {

  // Two statements in one round trip: the second one sees what the first one has waited for. An
  // advisory lock, because a row lock would write the row once per transaction.
  private static final String READ_LOCKED =
      """
      ('read_model'::regclass::oid::int, hashtext(?));
      select live, building, replay, current_setting('transaction_isolation') from read_model
      where name = ?
      """;

  private static final String SHARED = "select pg_advisory_xact_lock_shared" + READ_LOCKED;

  private static final String ALONE = "select pg_advisory_xact_lock" + READ_LOCKED;

  /** Live writers that come meanwhile wait behind whoever waits for the lock alone. */
  private static final String WAIT_BRIEFLY = "set local lock_timeout = '2s'";

  private static final String READ = "select live, building, replay from read_model where name = ?";

  private static final String BUILD =
      "update read_model set building = 3 - live, replay = ? where name = ?";

  private static final String SWAP =
      """
      update read_model set live = building, building = null, replay = null, live_since = now()
      where name = ?
      """;

  private static final String ABANDON =
      "update read_model set building = null, replay = null where name = ?";

  private final CurrentTransaction transaction;

  ReadModelRows(CurrentTransaction transaction) {
    this.transaction = transaction;
  }

  /** What stands in the row now. */
  Generations read(String model) {
    return run(
        "read the generations of a read model",
        READ,
        select -> {
          select.setString(1, model);
          return generations(model, select.executeQuery());
        });
  }

  /** For a live writer: no rebuild begins before the transaction ends. */
  Generations shared(String model) {
    return locked(model, SHARED);
  }

  /**
   * For whoever begins or ends a rebuild: no live writer writes before the transaction ends. Fails
   * if one holds the lock for 2 s.
   */
  Generations alone(String model) {
    run("bound a wait", WAIT_BRIEFLY, PreparedStatement::execute);
    return locked(model, ALONE);
  }

  private Generations locked(String model, String sql) {
    return run(
        "lock a read model",
        sql,
        select -> {
          select.setString(1, model);
          select.setString(2, model);
          select.execute();
          select.getMoreResults();
          var row = select.getResultSet();
          var generations = generations(model, row);
          requireReadCommitted(row.getString(4));
          return generations;
        });
  }

  private static Generations generations(String model, ResultSet row) throws SQLException {
    if (!row.next()) {
      throw new IllegalStateException(
          "the table read_model has no row '%s'; a migration of the service inserts it"
              .formatted(model));
    }
    return new Generations(
        row.getInt(1), row.getObject(2, Integer.class), row.getObject(3, UUID.class));
  }

  private static void requireReadCommitted(String isolation) {
    if (!isolation.equals("read committed")) {
      throw new IllegalStateException(
          "read models are written in READ COMMITTED transactions only, not in %s: another level may not see that a rebuild has begun"
              .formatted(isolation));
    }
  }

  /** Empties a table that neither answers nor is filled. The caller holds the lock alone. */
  void empty(Generation generation) {
    run(
        "empty the other generation of a read model",
        "truncate " + generation.table(),
        PreparedStatement::execute);
  }

  /** Says that the replay fills the other generation. The caller holds the lock alone. */
  void build(String model, UUID replay) {
    run(
        "begin to fill the other generation of a read model",
        BUILD,
        update -> {
          update.setObject(1, replay);
          update.setString(2, model);
          return update.executeUpdate();
        });
  }

  /** Says that the generation that was filled is live. The caller holds the lock alone. */
  void swap(String model) {
    change("make the other generation of a read model live", SWAP, model);
  }

  /** Says that no generation is filled. The caller holds the lock alone. */
  void abandon(String model) {
    change("give up the other generation of a read model", ABANDON, model);
  }

  private void change(String attempted, String sql, String model) {
    run(
        attempted,
        sql,
        update -> {
          update.setString(1, model);
          return update.executeUpdate();
        });
  }

  private <T> T run(String attempted, String sql, Statements.Work<T> work) {
    return Statements.run(transaction.connection(attempted), attempted, sql, work);
  }
}
