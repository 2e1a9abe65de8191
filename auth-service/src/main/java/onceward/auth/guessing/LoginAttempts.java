package onceward.auth.guessing;

import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.scheduling.annotation.Scheduled;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Counts failed logins by login id, whether it is of an account or not, and by address, and lets
 * attempts wait after some failures. An attempt is counted before its password is looked at, so
 * that parallel guesses count as well; a login that succeeds is taken back.
 *
 * <p>Nobody is locked out for good: a wait has a longest time, an attempt that comes too early does
 * not prolong it, and from an address where the login id has logged in before, only failures with
 * that login id from there count. Safe for use by many threads and instances; the state is in the
 * database.
 */
@Singleton
public class LoginAttempts {

  private static final int DOUBLINGS_MAX = 30;

  private final JdbcOperations jdbc;
  private final GuessingConfiguration limits;

  LoginAttempts(JdbcOperations jdbc, GuessingConfiguration limits) {
    this.jdbc = jdbc;
    this.limits = limits;
  }

  /**
   * A counted attempt.
   *
   * @param known whether the login id has logged in from the address before; then only both
   *     together are counted
   */
  // Never compared.
  @SuppressWarnings("ArrayRecordComponent")
  public record Attempt(byte[] address, byte[] loginId, byte[] both, boolean known) {

    /** The row that is counted for the login id. */
    private byte[] counted() {
      return known ? both : loginId;
    }

    @Override
    public String toString() {
      return "Attempt";
    }
  }

  /**
   * Counts an attempt as a failure.
   *
   * @throws TooManyAttemptsException if it has to wait; then it is not counted
   */
  @Transactional
  public Attempt reserve(String loginId, String address) {
    var both = AttemptKey.ofBoth(loginId, address);
    var attempt =
        new Attempt(
            AttemptKey.ofAddress(address), AttemptKey.ofLoginId(loginId), both, isKnown(both));
    if (count(attempt) < (attempt.known() ? 1 : 2)) {
      throw new TooManyAttemptsException(wait(attempt));
    }
    return attempt;
  }

  /** Takes a counted attempt back: its password was not looked at. */
  @Transactional
  public void release(Attempt attempt) {
    takeBack(attempt);
  }

  /** Takes a counted attempt back, and remembers that the login id is used from this address. */
  @Transactional
  public void succeeded(Attempt attempt) {
    takeBack(attempt);
    jdbc.prepareStatement(
        """
        insert into login_known_address (key, last_at) values (?, clock_timestamp())
        on conflict (key) do update set last_at = excluded.last_at
        """,
        upsert -> {
          upsert.setBytes(1, attempt.both());
          return upsert.executeUpdate();
        });
  }

  /** Forgets what is old, and the oldest of too much. */
  @Scheduled(fixedDelay = "${auth.guessing.clean-up:1m}")
  @Transactional
  void cleanUp() {
    deleteOlderThan("login_attempt", limits.forgetAfter());
    deleteOlderThan("login_known_address", limits.knownFor());
    deleteBeyond("login_attempt");
    deleteBeyond("login_known_address");
  }

  private boolean isKnown(byte[] both) {
    return jdbc.prepareStatement(
        "select from login_known_address where key = ? and last_at > clock_timestamp() - ? * interval '1 millisecond'",
        select -> {
          select.setBytes(1, both);
          select.setLong(2, limits.knownFor().toMillis());
          return select.executeQuery().next();
        });
  }

  /**
   * One statement, so that of parallel attempts each sees those before it. Where the address
   * counts, it comes first for everybody: two attempts never wait for each other.
   */
  private int count(Attempt attempt) {
    return jdbc.prepareStatement(
        """
        insert into login_attempt as a (key, kind, free_failures, failures, last_at, retry_at)
        select key, kind, free_failures, 1, clock_timestamp(), clock_timestamp()
        from (values (?, 'address', ?), (?, 'login-id', ?)) as counted (key, kind, free_failures)
        where kind = 'login-id' or not ?
        on conflict (key) do update set
          free_failures = excluded.free_failures,
          failures = case when a.last_at < clock_timestamp() - ? * interval '1 millisecond' then 1
                          else a.failures + 1 end,
          last_at = clock_timestamp(),
          retry_at = clock_timestamp() + interval '1 millisecond' * case
            when a.last_at < clock_timestamp() - ? * interval '1 millisecond'
              or a.failures < excluded.free_failures then 0
            else least(?, ? * power(2, least(a.failures - excluded.free_failures, ?))) end
        where a.retry_at <= clock_timestamp()
        """,
        upsert -> {
          upsert.setBytes(1, attempt.address());
          upsert.setInt(2, limits.freePerAddress());
          upsert.setBytes(3, attempt.counted());
          upsert.setInt(4, limits.freePerLoginId());
          upsert.setBoolean(5, attempt.known());
          upsert.setLong(6, limits.forgetAfter().toMillis());
          upsert.setLong(7, limits.forgetAfter().toMillis());
          upsert.setLong(8, limits.delayMax().toMillis());
          upsert.setLong(9, limits.delayFirst().toMillis());
          upsert.setInt(10, DOUBLINGS_MAX);
          return upsert.executeUpdate();
        });
  }

  private Duration wait(Attempt attempt) {
    return jdbc.prepareStatement(
        """
        select extract(epoch from max(retry_at) - clock_timestamp()) * 1000
        from login_attempt where key in (?, ?)
        """,
        select -> {
          setKeys(select, attempt);
          var row = select.executeQuery();
          row.next();
          return Duration.ofMillis(Math.max(0, row.getLong(1)));
        });
  }

  private void takeBack(Attempt attempt) {
    jdbc.prepareStatement(
        """
        with mine as (select key from login_attempt where key in (?, ?) order by kind for update)
        update login_attempt set failures = greatest(failures - 1, 0), retry_at = clock_timestamp()
        where key in (select key from mine)
        """,
        update -> {
          setKeys(update, attempt);
          return update.executeUpdate();
        });
  }

  private void deleteOlderThan(String table, Duration age) {
    jdbc.prepareStatement(
        "delete from %s where last_at < clock_timestamp() - ? * interval '1 millisecond'"
            .formatted(table),
        delete -> {
          delete.setLong(1, age.toMillis());
          return delete.executeUpdate();
        });
  }

  private void deleteBeyond(String table) {
    jdbc.prepareStatement(
        "delete from %1$s where key in (select key from %1$s order by last_at desc offset ?)"
            .formatted(table),
        delete -> {
          delete.setInt(1, limits.rowsMax());
          return delete.executeUpdate();
        });
  }

  private static void setKeys(PreparedStatement statement, Attempt attempt) throws SQLException {
    statement.setBytes(1, attempt.known() ? attempt.counted() : attempt.address());
    statement.setBytes(2, attempt.counted());
  }
}
