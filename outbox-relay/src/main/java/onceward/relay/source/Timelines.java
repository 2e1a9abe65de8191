package onceward.relay.source;

/** How a server is asked for its cluster and the timeline that it is on. */
final class Timelines {

  // By the log's name: the control file learns of the new timeline minutes after a promotion.
  static final String TIMELINE =
      """
      case when pg_is_in_recovery() then (select timeline_id from pg_control_checkpoint())
           else ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int end as timeline\
      """;

  static final String SELECT =
      "select (select system_identifier from pg_control_system()) as system_identifier, pg_is_in_recovery() as read_only, "
          + TIMELINE;

  private Timelines() {}
}
