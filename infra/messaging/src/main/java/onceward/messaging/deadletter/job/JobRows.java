package onceward.messaging.deadletter.job;

import static java.util.Objects.requireNonNull;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import onceward.messaging.Statements;
import onceward.messaging.deadletter.job.JobRequest.Action;
import onceward.messaging.deadletter.job.JobRequest.Limits;
import onceward.messaging.job.LeaseRows;
import onceward.messaging.job.LeasedWorker;
import org.jspecify.annotations.Nullable;

/**
 * The tables {@code dead_letter_job} and {@code dead_letter_job_item}. Each method is a transaction
 * of its own. Safe for use by many threads and processes.
 */
@Singleton
@Requires(bean = TransactionOperations.class)
final class JobRows {

  private static final String CHOSEN =
      "select id, consumer, topic, key, version, kafka_offset, group_id from dead_letter where "
          + Selection.CONDITION
          + " order by id limit ?";

  private static final String COUNT =
      "select group_id, count(*) from (" + CHOSEN + ") chosen group by group_id order by 2 desc, 1";

  private static final String CHOSEN_BEHIND =
      "select id from (" + CHOSEN + ") chosen where ?::uuid is null or id > ? order by id limit ?";

  private static final String ADD_JOB =
      """
      insert into dead_letter_job
        (action, operator, reason, selection, rate, attempts_max, failures_in_row_max, force, total)
      values (?, ?, ?, ?, ?, ?, ?, ?, 0) returning id
      """;

  // Oldest key first. Letters of one key in the order in which they may be closed.
  private static final String ADD_ITEMS =
      """
      insert into dead_letter_job_item (job, letter, turn)
      select ?, id, row_number() over (order by oldest, version nulls last, kafka_offset, id)
      from (select *, first_value(id) over (partition by consumer, topic, key order by id) as oldest
            from (%s) chosen) ordered
      """
          .formatted(CHOSEN);

  private static final String SET_TOTAL = "update dead_letter_job set total = ? where id = ?";

  private static final String FIND =
      """
      select job.*, counted.state as item_state, counted.n from dead_letter_job job
      left join lateral (select state, count(*) as n from dead_letter_job_item
                         where job = job.id group by state) counted on true
      where %s order by job.id desc
      """;

  private static final String FIND_ONE = FIND.formatted("job.id = ?");

  private static final String FIND_LATEST =
      FIND.formatted("job.id in (select id from dead_letter_job order by id desc limit ?)");

  private static final String ITEMS =
      """
      select letter, state, attempts, starts, note from dead_letter_job_item
      where job = ? and state in ('failed', 'skipped') order by turn limit ?
      """;

  private static final String CHANGE =
      """
      update dead_letter_job
      set state = ?, lease_owner = null, lease_until = null, note = ?,
          ended_at = case when ? then now() end
      where id = ? and state = any (?)
      """;

  private static final String STAND_STILL =
      """
      update dead_letter_job
      set state = 'paused', lease_owner = null, lease_until = null, note = ?
      where state in ('requested', 'running') returning id
      """;

  private static final String NEXT =
      """
      update dead_letter_job_item item set starts = starts + 1
      from (select job, letter from dead_letter_job_item
            where job = ? and state = 'requested' order by turn limit 1) next
      where item.job = next.job and item.letter = next.letter
      returning item.letter, item.state, item.attempts, item.starts - 1, item.note
      """;

  private static final String STANDING =
      """
      select state, failures_in_row,
             exists (select from dead_letter_attempt
                     where letter = dead_letter.id and job = ? and outcome = ?)
      from dead_letter where id = ?
      """;

  private static final String WAITS =
      "select from dead_letter_job_item where job = ? and letter = ? and state = 'requested'";

  private static final String NOTE =
      """
      update dead_letter_job_item
      set state = ?, attempts = attempts + ?, starts = 0, note = ?, noted_at = now(),
          turn = turn + ?
      where job = ? and letter = ? and state = 'requested'
      """;

  private static final String VERIFY =
      """
      update dead_letter_job_item item set state = 'verified', noted_at = now()
      from dead_letter letter
      where item.job = ? and item.state = 'applied' and (?::uuid is null or item.letter = ?)
        and letter.id = item.letter and letter.state = ?
        and (letter.message_id is null
             or exists (select from inbox
                        where inbox.message_id = letter.message_id and inbox.consumer = letter.consumer))
      """;

  private final TransactionOperations<Connection> transactions;
  private final Statements statements;

  JobRows(TransactionOperations<Connection> transactions) {
    this.transactions = transactions;
    this.statements = new Statements(transactions);
  }

  /** How many letters of each group a selection means now. */
  Map<String, Long> count(Selection selection) {
    return statements.read(
        "count dead letters",
        COUNT,
        select -> {
          select.setInt(selection.bind(select, 1), selection.limit());
          var rows = select.executeQuery();
          var groups = new LinkedHashMap<String, Long>();
          while (rows.next()) {
            groups.put(rows.getString(1), rows.getLong(2));
          }
          return groups;
        });
  }

  /** The first letters that a selection means, behind one of them. */
  List<UUID> chosen(Selection selection, @Nullable UUID after, int limit) {
    return statements.read(
        "choose dead letters",
        CHOSEN_BEHIND,
        select -> {
          var next = selection.bind(select, 1);
          select.setInt(next, selection.limit());
          select.setObject(next + 1, after);
          select.setObject(next + 2, after);
          select.setInt(next + 3, limit);
          return all(select.executeQuery(), row -> row.getObject(1, UUID.class));
        });
  }

  /** Stores a job and its letters, and returns its id. */
  UUID add(JobRequest request) {
    return transactions.executeWrite(transaction -> {
      var connection = transaction.getConnection();
      var id =
          requireNonNull(
              Statements.run(connection, "add a job", ADD_JOB, insert -> addJob(insert, request)));
      var total =
          Statements.run(
              connection,
              "add the letters of a job",
              ADD_ITEMS,
              insert -> {
                insert.setObject(1, id);
                insert.setInt(request.selection().bind(insert, 2), request.selection().limit());
                return insert.executeUpdate();
              });
      Statements.run(
          connection,
          "count the letters of a job",
          SET_TOTAL,
          update -> {
            update.setInt(1, total);
            update.setObject(2, id);
            return update.executeUpdate();
          });
      return id;
    });
  }

  private static UUID addJob(PreparedStatement insert, JobRequest request) throws SQLException {
    var limits = request.limits();
    insert.setString(1, request.action().text());
    insert.setString(2, request.operator());
    insert.setString(3, request.reason());
    insert.setString(4, request.selection().toString());
    insert.setObject(5, limits.rate());
    insert.setInt(6, limits.attemptsMax());
    insert.setInt(7, limits.failuresInRowMax());
    insert.setBoolean(8, limits.force());
    var row = insert.executeQuery();
    row.next();
    return requireNonNull(row.getObject(1, UUID.class));
  }

  /** The job of that id; empty if there is none. */
  Optional<Job> find(UUID id) {
    return jobs("read a job", FIND_ONE, id).stream().findFirst();
  }

  /** The latest jobs, as many as asked for. */
  List<Job> latest(int limit) {
    return jobs("list jobs", FIND_LATEST, limit);
  }

  private List<Job> jobs(String attempted, String sql, Object parameter) {
    return statements.read(
        attempted,
        sql,
        select -> {
          select.setObject(1, parameter);
          return jobs(select.executeQuery());
        });
  }

  /** The letters of a job that failed or were skipped, as many as asked for. */
  List<Item> notApplied(UUID job, int limit) {
    return statements.read(
        "list letters of a job",
        ITEMS,
        select -> {
          select.setObject(1, job);
          select.setInt(2, limit);
          return all(select.executeQuery(), JobRows::item);
        });
  }

  /** Brings the job to that state; false if it is in none from which it may go there. */
  boolean change(UUID id, JobState state, @Nullable String note) {
    return statements.write(
            "change a job",
            CHANGE,
            update -> {
              update.setString(1, state.text());
              update.setString(2, note);
              update.setBoolean(3, state.next().isEmpty());
              update.setObject(4, id);
              update.setArray(5, update.getConnection().createArrayOf("text", state.before()));
              return update.executeUpdate();
            })
        == 1;
  }

  /**
   * Lets every job stand still that would go on by itself.
   *
   * @return these jobs
   */
  List<UUID> standStill(String note) {
    return statements.write(
        "let jobs stand still",
        STAND_STILL,
        update -> {
          update.setString(1, note);
          return all(update.executeQuery(), row -> requireNonNull(row.getObject(1, UUID.class)));
        });
  }

  /** The jobs that wait for a process, or for another one. */
  LeasedWorker.Jobs leases() {
    return new LeaseRows(
        statements,
        "dead_letter_job",
        JobState.REQUESTED.text(),
        JobState.RUNNING.text(),
        "started_at = coalesce(started_at, now())");
  }

  /**
   * The next letter of a job, and notes that an instance begins with it; empty if none waits.
   *
   * @return the letter as it was before: starts without this one
   */
  Optional<Item> begin(UUID job) {
    return statements.write(
        "begin with a letter of a job",
        NEXT,
        update -> {
          update.setObject(1, job);
          return first(update.executeQuery(), JobRows::item);
        });
  }

  /**
   * How a letter stands.
   *
   * @param isOpen whether it can be closed
   * @param isApplied whether this job has closed it
   */
  record Standing(boolean isOpen, boolean isApplied, int failuresInRow) {}

  /** How a letter stands for a job; empty if there is no such letter. */
  Optional<Standing> standing(UUID job, Action action, UUID letter) {
    return statements.read(
        "look at a dead letter",
        STANDING,
        select -> {
          select.setObject(1, job);
          select.setString(2, action.closed());
          select.setObject(3, letter);
          return first(
              select.executeQuery(),
              row ->
                  new Standing(row.getString(1).equals("open"), row.getBoolean(3), row.getInt(2)));
        });
  }

  /** Whether a letter is one of the job and has not had its turn. */
  boolean waits(UUID job, UUID letter) {
    return statements.read(
        "look at a letter of a job",
        WAITS,
        select -> {
          select.setObject(1, job);
          select.setObject(2, letter);
          return select.executeQuery().next();
        });
  }

  /**
   * Notes what has become of a letter.
   *
   * @param tried whether the attempt counts as one of the job's
   * @param later how many turns it waits, if it waits
   */
  void note(
      UUID job, UUID letter, ItemState state, boolean tried, long later, @Nullable String why) {
    statements.write(
        "note what became of a letter",
        NOTE,
        update -> {
          update.setString(1, state.text());
          update.setInt(2, tried ? 1 : 0);
          update.setString(3, why);
          update.setLong(4, later);
          update.setObject(5, job);
          update.setObject(6, letter);
          return update.executeUpdate();
        });
  }

  /**
   * Verifies letters that the job has applied: they are closed, and their messages in the inbox.
   *
   * @param letter one letter; null for all of the job
   */
  void verify(UUID job, Action action, @Nullable UUID letter) {
    statements.write(
        "verify letters of a job",
        VERIFY,
        update -> {
          update.setObject(1, job);
          update.setObject(2, letter);
          update.setObject(3, letter);
          update.setString(4, action.closed());
          return update.executeUpdate();
        });
  }

  private static Item item(ResultSet row) throws SQLException {
    return new Item(
        row.getObject(1, UUID.class),
        ItemState.valueOf(row.getString(2).toUpperCase(Locale.ROOT)),
        row.getInt(3),
        row.getInt(4),
        row.getString(5));
  }

  /** A job has as many rows as its letters have states. */
  private static List<Job> jobs(ResultSet rows) throws SQLException {
    var jobs = new LinkedHashMap<UUID, Job>();
    while (rows.next()) {
      var id = rows.getObject("id", UUID.class);
      var job = jobs.get(id);
      if (job == null) {
        job = job(id, rows);
        jobs.put(id, job);
      }
      var state = rows.getString("item_state");
      if (state != null) {
        job.counts().put(ItemState.valueOf(state.toUpperCase(Locale.ROOT)), rows.getLong("n"));
      }
    }
    return List.copyOf(jobs.values());
  }

  private static Job job(UUID id, ResultSet row) throws SQLException {
    return new Job(
        id,
        Action.valueOf(row.getString("action").toUpperCase(Locale.ROOT)),
        JobState.of(row.getString("state")),
        row.getString("operator"),
        row.getString("reason"),
        row.getString("selection"),
        new Limits(
            row.getObject("rate", Double.class),
            row.getInt("attempts_max"),
            row.getInt("failures_in_row_max"),
            row.getBoolean("force")),
        row.getInt("total"),
        new EnumMap<>(ItemState.class),
        requireNonNull(instant(row, "requested_at")),
        instant(row, "started_at"),
        instant(row, "ended_at"),
        row.getString("note"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    var time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  private static <T> List<T> all(ResultSet rows, Row<T> row) throws SQLException {
    var all = new ArrayList<T>();
    while (rows.next()) {
      all.add(row.read(rows));
    }
    return all;
  }

  private static <T> Optional<T> first(ResultSet rows, Row<T> row) throws SQLException {
    return rows.next() ? Optional.of(row.read(rows)) : Optional.empty();
  }
}
