package onceward.relay.source;

import java.sql.Connection;
import java.sql.SQLException;

/** Asks a server for the timeline that it is on. */
public final class Timelines {

  // By the log's name: the control file learns of the new timeline minutes after a promotion.
  static final String TIMELINE =
      """
      case when pg_is_in_recovery() then (select timeline_id from pg_control_checkpoint())
           else ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int end as timeline\
      """;

  static final String SELECT =
      "select (select system_identifier from pg_control_system()) as system_identifier, pg_is_in_recovery() as read_only, "
          + TIMELINE;

  private static final String CONNECTION_FAILURE = "08006";

  private Timelines() {}

  /**
   * Makes sure that a connection, of whatever kind, goes to the server that the preflight has
   * judged. A name or an address may stand for another server since: the old primary, with a slot
   * of the same name.
   *
   * @throws SQLException if the server is on another timeline; time may mend it
   */
  public static void require(Connection connection, int timeline) throws SQLException {
    try (var select = connection.createStatement();
        var row = select.executeQuery(SELECT)) {
      row.next();
      if (row.getInt("timeline") != timeline || row.getBoolean("read_only")) {
        throw new SQLException(
            "another server answers than the one that was judged: on timeline %d, not %d"
                .formatted(row.getInt("timeline"), timeline),
            CONNECTION_FAILURE);
      }
    }
  }
}
