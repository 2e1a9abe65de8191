package onceward.relay.capture.pgoutput;

import java.time.Instant;
import java.util.List;
import onceward.relay.position.Lsn;

/**
 * What the plugin {@code pgoutput} sends in version 1 of its protocol. A transaction comes as a
 * whole after its commit: its beginning, its changes, its end.
 */
sealed interface PgoutputMessage {

  /**
   * The beginning of a transaction.
   *
   * @param transaction its id, 32 bits without a sign
   * @param commit where its commit lies in the log
   * @param committedAt by the server's clock
   */
  record Begin(long transaction, Lsn commit, Instant committedAt) implements PgoutputMessage {}

  /**
   * The end of a transaction.
   *
   * @param commit what its beginning said
   */
  record Commit(Lsn commit) implements PgoutputMessage {}

  /**
   * What the rows of a table look like. Comes before the first change of the table, and again
   * before a change that follows one of the table's definition.
   */
  record Relation(int oid, String schema, String table, List<Column> columns)
      implements PgoutputMessage {}

  /**
   * A column, in the order of the values.
   *
   * @param type its oid
   */
  record Column(String name, int type) {}

  /** A new row. */
  record Insert(int relation, Tuple row) implements PgoutputMessage {}

  /** A row as it is after its change. */
  record Update(int relation, Tuple row) implements PgoutputMessage {}

  /** What identifies a row that was deleted. */
  record Delete(int relation, Tuple key) implements PgoutputMessage {}

  /** Tables that were emptied. */
  record Truncate(List<Integer> relations) implements PgoutputMessage {}

  /** An origin, a type, or what somebody wrote into the log: of no concern here. */
  record Other() implements PgoutputMessage {}
}
