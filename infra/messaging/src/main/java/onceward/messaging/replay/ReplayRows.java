package onceward.messaging.replay;

import static java.util.Objects.requireNonNull;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.Statements;
import onceward.messaging.job.LeaseRows;
import onceward.messaging.job.LeasedWorker;
import org.jspecify.annotations.Nullable;

/**
 * The tables {@code replay}, {@code replay_partition}, {@code replay_count} and {@code
 * replay_failure}. Joins the open transaction if there is one. Safe for use by many threads and
 * processes.
 */
@Singleton
@Requires(bean = TransactionOperations.class)
final class ReplayRows {

  private static final String ADD =
      """
      insert into replay (consumer, topic, mode, operator, reason, partitions, from_offset,
        until_offset, since, until, keys, types, messages, rate, failures_max, without_beginning,
        dead_letters)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id
      """;

  private static final String FIND = "select * from replay where id = ?";

  private static final String LATEST = "select * from replay order by id desc limit ?";

  private static final String RANGES =
      """
      select kafka_partition, from_offset, until_offset, next_offset from replay_partition
      where replay = ? order by kafka_partition
      """;

  private static final String COUNTS =
      "select phase, outcome, records from replay_count where replay = ?";

  private static final String CHANGE =
      """
      update replay
      set state = ?, note = ?, trouble = null, lease_owner = null, lease_until = null, starts = 0,
          ended_at = case when ? then now() end
      where id = ? and state = any (?)
      """;

  private static final String STAND_STILL =
      """
      update replay
      set state = 'paused', note = ?, trouble = null, lease_owner = null, lease_until = null, starts = 0
      where state in ('queued', 'running') returning id
      """;

  private static final String STARTS = "select starts from replay where id = ?";

  private static final String SURVIVED =
      """
      update replay set starts = 0, trouble = ?
      where id = ? and lease_owner = ? and state in ('planning', 'running')
      """;

  private static final String PLANNED = "update replay set plan_note = ? where id = ?";

  private static final String FIRST_TIME =
      "insert into replay_message (replay, message_id) values (?, ?) on conflict do nothing";

  private static final String FORGET_PLAN = "delete from replay_partition where replay = ?";

  private static final String ADD_RANGE =
      """
      insert into replay_partition (replay, kafka_partition, from_offset, until_offset, next_offset)
      values (?, ?, ?, ?, ?)
      """;

  private static final String ADVANCE =
      """
      update replay_partition set next_offset = ?
      where replay = ? and kafka_partition = ? and next_offset = ?
      """;

  private static final String ADD_COUNT =
      """
      insert into replay_count as known (replay, phase, outcome, records)
      select ?, ?, outcome, records from unnest(?, ?) as counted (outcome, records) order by outcome
      on conflict (replay, phase, outcome) do update set records = known.records + excluded.records
      """;

  private static final String GOT_ON =
      "update replay set starts = 0, trouble = null where id = ? and (starts > 0 or trouble is not null)";

  private static final String ADD_FAILURE =
      """
      insert into replay_failure
        (replay, kafka_partition, kafka_offset, message_id, key, type, failure)
      values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing
      """;

  private static final String FAILURES =
      """
      select kafka_partition, kafka_offset, message_id, key, type, failure from replay_failure
      where replay = ? order by failed_at, kafka_partition, kafka_offset limit ?
      """;

  private static final String NOT_DISCARDED =
      """
      select count(*) from replay_failure failure
      where replay = ? and not exists
        (select from dead_letter letter
         where letter.consumer = ? and letter.message_id = failure.message_id
           and letter.state = 'discarded')
      """;

  private final TransactionOperations<Connection> transactions;
  private final Statements statements;

  ReplayRows(TransactionOperations<Connection> transactions) {
    this.transactions = transactions;
    this.statements = new Statements(transactions);
  }

  /** Whose records these are: of the plan, or of the run. */
  enum Phase {
    PLAN("plan"),
    RUN("run");

    private final String text;

    Phase(String text) {
      this.text = text;
    }
  }

  /** Stores a replay, and returns its id. */
  UUID add(ReplayRequest request) {
    return statements.write(
        "add a replay",
        ADD,
        insert -> {
          var chosen = request.selection();
          insert.setString(1, request.consumer());
          insert.setString(2, request.topic());
          insert.setString(3, request.mode().text());
          insert.setString(4, request.operator());
          insert.setString(5, request.reason());
          insert.setArray(6, array(insert, "int4", chosen.partitions()));
          insert.setObject(7, chosen.fromOffset());
          insert.setObject(8, chosen.untilOffset());
          insert.setObject(9, utc(chosen.since()));
          insert.setObject(10, utc(chosen.until()));
          insert.setArray(11, array(insert, "text", chosen.keys()));
          insert.setArray(12, array(insert, "text", chosen.types()));
          insert.setArray(13, array(insert, "uuid", chosen.messages()));
          insert.setDouble(14, request.rate());
          insert.setInt(15, request.failuresMax());
          insert.setBoolean(16, request.withoutBeginning());
          insert.setBoolean(17, request.deadLetters());
          var row = insert.executeQuery();
          row.next();
          return requireNonNull(row.getObject(1, UUID.class));
        });
  }

  /** The replay of that id; empty if there is none. */
  Optional<Replay> find(UUID id) {
    return transactions.executeRead(_ ->
        statements
            .read(
                "read a replay",
                FIND,
                select -> {
                  select.setObject(1, id);
                  return replays(select.executeQuery());
                })
            .stream()
            .findFirst());
  }

  /** The latest replays, newest first, as many as asked for. */
  List<Replay> latest(int limit) {
    return transactions.executeRead(_ ->
        statements.read(
            "list replays",
            LATEST,
            select -> {
              select.setInt(1, limit);
              return replays(select.executeQuery());
            }));
  }

  /** Brings the replay to that state; false if it is in none from which it may go there. */
  boolean change(UUID id, ReplayState state, @Nullable String note) {
    return statements.write(
            "change a replay",
            CHANGE,
            update -> {
              update.setString(1, state.text());
              update.setString(2, note);
              update.setBoolean(3, state.next().isEmpty());
              update.setObject(4, id);
              update.setArray(5, array(update, "text", Arrays.asList(state.before())));
              return update.executeUpdate();
            })
        == 1;
  }

  /**
   * Lets every replay stand still that would go on by itself. Plans change nothing, and go on.
   *
   * @return these replays
   */
  List<UUID> standStill(String note) {
    return statements.write(
        "let replays stand still",
        STAND_STILL,
        update -> {
          update.setString(1, note);
          var rows = update.executeQuery();
          var ids = new ArrayList<UUID>();
          while (rows.next()) {
            ids.add(requireNonNull(rows.getObject(1, UUID.class)));
          }
          return ids;
        });
  }

  /** Replays to plan, of which an instance takes one at a time. */
  LeasedWorker.Jobs plans() {
    return leases(ReplayState.REQUESTED, ReplayState.PLANNING, "starts = starts + 1");
  }

  /** Replays to run, of which an instance takes one at a time. A plan waits for none of them. */
  LeasedWorker.Jobs runs() {
    return leases(
        ReplayState.QUEUED,
        ReplayState.RUNNING,
        "starts = starts + 1, started_at = coalesce(started_at, now())");
  }

  private LeasedWorker.Jobs leases(ReplayState waits, ReplayState worked, String onTake) {
    return new LeaseRows(statements, "replay", waits.text(), worked.text(), onTake);
  }

  /** How often instances began with the replay and did not get on, with this time. */
  int starts(UUID replay) {
    return statements.read(
        "read how often a replay began",
        STARTS,
        select -> {
          select.setObject(1, replay);
          var row = select.executeQuery();
          return row.next() ? row.getInt(1) : 0;
        });
  }

  /**
   * Notes that the process lives, and why the replay does not get on; if it is still the owner's.
   */
  void survived(UUID replay, UUID owner, @Nullable String trouble) {
    statements.write(
        "note that a replay waits",
        SURVIVED,
        update -> {
          update.setString(1, trouble);
          update.setObject(2, replay);
          update.setObject(3, owner);
          return update.executeUpdate();
        });
  }

  /**
   * Notes in the transaction of the effects that the replay handles a message again.
   *
   * @return false if it has done so before
   */
  boolean isFirstTime(UUID replay, UUID message) {
    return statements.write(
            "note that a replay handles a message",
            FIRST_TIME,
            insert -> {
              insert.setObject(1, replay);
              insert.setObject(2, message);
              return insert.executeUpdate();
            })
        == 1;
  }

  /**
   * Stores the plan and ends the planning, all or nothing; false if it was given up meanwhile.
   *
   * @param planNote what an operator should know of the plan; null if there is nothing to say
   * @param refusal why the replay is refused; null if it is not
   */
  boolean planned(
      UUID replay,
      List<ReplayRange> ranges,
      Map<ReplayOutcome, Long> counts,
      @Nullable String planNote,
      @Nullable String refusal) {
    return transactions.executeWrite(_ -> {
      var state = refusal == null ? ReplayState.PLANNED : ReplayState.REFUSED;
      var goesOn = change(replay, state, refusal);
      if (goesOn) {
        statements.write(
            "store what to know of a plan",
            PLANNED,
            update -> {
              update.setString(1, planNote);
              update.setObject(2, replay);
              return update.executeUpdate();
            });
        replaceRanges(replay, ranges);
        count(replay, Phase.PLAN, counts);
      }
      return goesOn;
    });
  }

  /** Stores the ranges of a replay instead of those that it had. */
  void replaceRanges(UUID replay, List<ReplayRange> ranges) {
    statements.write(
        "forget a plan",
        FORGET_PLAN,
        delete -> {
          delete.setObject(1, replay);
          return delete.executeUpdate();
        });
    statements.write(
        "store a plan",
        ADD_RANGE,
        insert -> {
          for (var range : ranges) {
            insert.setObject(1, replay);
            insert.setInt(2, range.partition());
            insert.setLong(3, range.from());
            insert.setLong(4, range.until());
            insert.setLong(5, range.next());
            insert.addBatch();
          }
          return insert.executeBatch();
        });
  }

  /**
   * Notes in the transaction of the effects that records are done with.
   *
   * @return false if another process has done so: then this transaction must not commit
   */
  boolean advance(
      UUID replay, int partition, long from, long next, Map<ReplayOutcome, Long> counts) {
    return transactions.executeWrite(_ -> {
      var isFirst =
          statements.write(
                  "note how far a replay is",
                  ADVANCE,
                  update -> {
                    update.setLong(1, next);
                    update.setObject(2, replay);
                    update.setInt(3, partition);
                    update.setLong(4, from);
                    return update.executeUpdate();
                  })
              == 1;
      if (isFirst) {
        count(replay, Phase.RUN, counts);
        statements.write(
            "note that a replay gets on",
            GOT_ON,
            update -> {
              update.setObject(1, replay);
              return update.executeUpdate();
            });
      }
      return isFirst;
    });
  }

  private void count(UUID replay, Phase phase, Map<ReplayOutcome, Long> counts) {
    if (counts.isEmpty()) {
      return;
    }
    statements.write(
        "count the records of a replay",
        ADD_COUNT,
        insert -> {
          insert.setObject(1, replay);
          insert.setString(2, phase.text);
          insert.setArray(
              3, array(insert, "text", counts.keySet().stream().map(ReplayOutcome::text).toList()));
          insert.setArray(4, array(insert, "int8", counts.values()));
          return insert.executeUpdate();
        });
  }

  /** Notes a message that failed. */
  void failed(UUID replay, ReplayFailure failure) {
    statements.write(
        "note a failure of a replay",
        ADD_FAILURE,
        insert -> {
          insert.setObject(1, replay);
          insert.setInt(2, failure.partition());
          insert.setLong(3, failure.offset());
          insert.setObject(4, failure.messageId());
          insert.setString(5, failure.key());
          insert.setString(6, failure.type());
          insert.setString(7, failure.failure());
          return insert.executeUpdate();
        });
  }

  /** The messages that failed, as many as asked for. */
  List<ReplayFailure> failures(UUID replay, int limit) {
    return statements.read(
        "list failures of a replay",
        FAILURES,
        select -> {
          select.setObject(1, replay);
          select.setInt(2, limit);
          var rows = select.executeQuery();
          var failures = new ArrayList<ReplayFailure>();
          while (rows.next()) {
            failures.add(
                new ReplayFailure(
                    rows.getInt(1),
                    rows.getLong(2),
                    rows.getObject(3, UUID.class),
                    rows.getString(4),
                    rows.getString(5),
                    rows.getString(6)));
          }
          return failures;
        });
  }

  /** How many messages failed of which the consumer has no dead letter that was discarded. */
  long notDiscarded(UUID replay, String consumer) {
    return statements.read(
        "count failures of a replay",
        NOT_DISCARDED,
        select -> {
          select.setObject(1, replay);
          select.setString(2, consumer);
          var row = select.executeQuery();
          row.next();
          return row.getLong(1);
        });
  }

  private List<Replay> replays(ResultSet rows) throws SQLException {
    var replays = new ArrayList<Replay>();
    while (rows.next()) {
      replays.add(replay(rows));
    }
    return replays;
  }

  private Replay replay(ResultSet row) throws SQLException {
    var id = requireNonNull(row.getObject("id", UUID.class));
    var planned = new EnumMap<ReplayOutcome, Long>(ReplayOutcome.class);
    var counts = new EnumMap<ReplayOutcome, Long>(ReplayOutcome.class);
    readCounts(id, planned, counts);
    return new Replay(
        id,
        request(row),
        ReplayState.of(row.getString("state")),
        ranges(id),
        planned,
        counts,
        requireNonNull(instant(row, "requested_at")),
        instant(row, "started_at"),
        instant(row, "ended_at"),
        row.getString("plan_note"),
        row.getString("note"),
        row.getString("trouble"));
  }

  private static ReplayRequest request(ResultSet row) throws SQLException {
    return new ReplayRequest(
        row.getString("consumer"),
        row.getString("topic"),
        ReplayMode.of(row.getString("mode")),
        new ReplaySelection(
            set(row.getArray("partitions"), Integer.class),
            row.getObject("from_offset", Long.class),
            row.getObject("until_offset", Long.class),
            instant(row, "since"),
            instant(row, "until"),
            set(row.getArray("keys"), String.class),
            set(row.getArray("types"), String.class),
            set(row.getArray("messages"), UUID.class)),
        row.getDouble("rate"),
        row.getInt("failures_max"),
        row.getString("operator"),
        row.getString("reason"),
        row.getBoolean("without_beginning"),
        row.getBoolean("dead_letters"));
  }

  private List<ReplayRange> ranges(UUID replay) {
    return statements.read(
        "read the ranges of a replay",
        RANGES,
        select -> {
          select.setObject(1, replay);
          var rows = select.executeQuery();
          var ranges = new ArrayList<ReplayRange>();
          while (rows.next()) {
            ranges.add(
                new ReplayRange(rows.getInt(1), rows.getLong(2), rows.getLong(3), rows.getLong(4)));
          }
          return ranges;
        });
  }

  private void readCounts(
      UUID replay, Map<ReplayOutcome, Long> planned, Map<ReplayOutcome, Long> counts) {
    statements.read(
        "read the counts of a replay",
        COUNTS,
        select -> {
          select.setObject(1, replay);
          var rows = select.executeQuery();
          while (rows.next()) {
            var counted = rows.getString(1).equals(Phase.PLAN.text) ? planned : counts;
            counted.put(ReplayOutcome.of(rows.getString(2)), rows.getLong(3));
          }
          return counts;
        });
  }

  private static Array array(PreparedStatement statement, String type, Collection<?> values)
      throws SQLException {
    return statement.getConnection().createArrayOf(type, values.toArray());
  }

  private static <T> Set<T> set(Array array, Class<T> of) throws SQLException {
    var values = new HashSet<T>();
    for (var value : (Object[]) array.getArray()) {
      values.add(of.cast(value));
    }
    return values;
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    var time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
