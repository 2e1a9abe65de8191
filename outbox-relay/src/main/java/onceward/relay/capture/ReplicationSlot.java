package onceward.relay.capture;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** The slot, seen from outside by an ordinary connection. */
final class ReplicationSlot {

  private static final int CONNECT_LIMIT_SECONDS = 5;
  private static final int ANSWER_LIMIT_SECONDS = 10;

  private static final String STATE =
      """
      select slot.plugin,
             slot.database = current_database() as ours,
             slot.wal_status,
             slot.active_pid,
             session.backend_start,
             clock_timestamp() as now
        from pg_replication_slots slot
        left join pg_stat_activity session on session.pid = slot.active_pid
       where slot.slot_name = ?
      """;

  private final CaptureSettings settings;

  ReplicationSlot(CaptureSettings settings) {
    this.settings = settings;
  }

  /**
   * Refuses to go on without a slot, which Debezium would create: after the messages that it would
   * then never see.
   *
   * @return the time, by the database's clock
   */
  OffsetDateTime require() {
    var state = state().orElseThrow(() -> unusable("does not exist; the migrations create it"));
    if (!"pgoutput".equals(state.plugin) || !state.ours) {
      throw unusable("is not a pgoutput slot of this database");
    }
    if ("lost".equals(state.walStatus)) {
      throw unusable("is lost: the server removed the log it needed");
    }
    return state.now;
  }

  /** Who holds the slot. */
  Optional<Holder> holder() {
    return state()
        .filter(state -> state.activePid != 0)
        .map(state -> new Holder(state.activePid, state.holderSince));
  }

  private Optional<State> state() {
    try (var connection = connect();
        var select = connection.prepareStatement(STATE)) {
      select.setString(1, settings.slot());
      try (var rows = select.executeQuery()) {
        return rows.next() ? Optional.of(State.read(rows)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw new CaptureException("cannot look at %s: %s".formatted(settings, e.getMessage()), e);
    }
  }

  private Connection connect() throws SQLException {
    var source = new PGSimpleDataSource();
    source.setServerNames(new String[] {settings.host()});
    source.setPortNumbers(new int[] {settings.port()});
    source.setDatabaseName(settings.database());
    source.setUser(settings.username());
    source.setPassword(settings.password());
    source.setApplicationName("outbox-relay " + settings.pipeline());
    source.setConnectTimeout(CONNECT_LIMIT_SECONDS);
    source.setSocketTimeout(ANSWER_LIMIT_SECONDS);
    return source.getConnection();
  }

  private CaptureException unusable(String why) {
    return new CaptureException(settings + " " + why, null);
  }

  /**
   * The session that reads from the slot.
   *
   * @param since when it began; null if it belongs to another role
   */
  record Holder(int pid, @Nullable OffsetDateTime since) {

    boolean beganAfter(OffsetDateTime time) {
      return since != null && since.isAfter(time);
    }
  }

  private record State(
      String plugin,
      boolean ours,
      @Nullable String walStatus,
      int activePid,
      @Nullable OffsetDateTime holderSince,
      OffsetDateTime now) {

    static State read(ResultSet row) throws SQLException {
      return new State(
          row.getString("plugin"),
          row.getBoolean("ours"),
          row.getString("wal_status"),
          row.getInt("active_pid"),
          row.getObject("backend_start", OffsetDateTime.class),
          row.getObject("now", OffsetDateTime.class));
    }
  }
}
