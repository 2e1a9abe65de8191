package onceward.auth.account;

import io.micronaut.data.connection.annotation.Connectable;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.transaction.TransactionDefinition.Propagation;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The account table. Every transition is a compare-and-set on the status and returns the account's
 * new version. Of several competing transitions one wins; the others return nothing. All times are
 * those of the database's clock.
 *
 * <p>Safe for use by many threads. Methods that write fail without a transaction.
 */
@Singleton
@Connectable
public class Accounts {

  private static final String NOBODY = "";

  private final JdbcOperations jdbc;

  Accounts(JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  /** An account after a transition, and its new version. */
  public record Transition(UUID id, long version) {}

  /** The account and password hash against which a login is checked. */
  public record Credentials(UUID id, String passwordHash) {

    @Override
    public String toString() {
      return "Credentials of " + id;
    }
  }

  /**
   * Adds a pending account, to be settled within {@code patience}.
   *
   * @return its id, or empty if the login id is taken
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public Optional<UUID> register(String loginId, String passwordHash, Duration patience) {
    return jdbc.prepareStatement(
        """
        insert into account (login_id, password_hash, status, deadline)
        values (?, ?, 'PENDING', now() + ? * interval '1 millisecond')
        on conflict do nothing
        returning id
        """,
        insert -> {
          insert.setString(1, loginId);
          insert.setString(2, passwordHash);
          insert.setLong(3, patience.toMillis());
          return first(insert.executeQuery(), row -> row.getObject(1, UUID.class));
        });
  }

  /**
   * Whether {@link #register} would find the login id taken, if it were called now; another sign-up
   * may take or leave it before.
   */
  public boolean isTaken(String loginId) {
    return jdbc.prepareStatement(
        "select from account where lower(login_id) = lower(?) and status in ('PENDING', 'ACTIVE')",
        select -> {
          select.setString(1, loginId);
          return select.executeQuery().next();
        });
  }

  /**
   * Sign-ups in that state, oldest first.
   *
   * @param after only those behind this account
   */
  public List<SignUp> signUps(
      AccountStatus status, Duration olderThan, @Nullable UUID after, int max) {
    return jdbc.prepareStatement(
        """
        select id, registered_at, deadline, reason, extract(epoch from now() - registered_at)::bigint,
               coalesce(deadline < now(), false)
        from account
        where status = ? and registered_at <= now() - ? * interval '1 millisecond' and id > ?
        order by id limit ?
        """,
        select -> {
          select.setString(1, status.name());
          select.setLong(2, olderThan.toMillis());
          select.setObject(3, after == null ? new UUID(0, 0) : after);
          select.setInt(4, max);
          return all(select.executeQuery(), row -> signUp(status, row));
        });
  }

  /** Changes PENDING to ACTIVE; empty if the account was not PENDING. */
  @Transactional(propagation = Propagation.MANDATORY)
  public Optional<Transition> activate(UUID id) {
    return jdbc.prepareStatement(
        """
        update account set status = 'ACTIVE', deadline = null, version = version + 1
        where id = ? and status = 'PENDING'
        returning id, version
        """,
        update -> {
          update.setObject(1, id);
          return first(update.executeQuery(), Accounts::transition);
        });
  }

  /** Changes PENDING to REJECTED; empty if the account was not PENDING. */
  @Transactional(propagation = Propagation.MANDATORY)
  public Optional<Transition> reject(UUID id, String reason) {
    return jdbc.prepareStatement(
        """
        update account set status = 'REJECTED', reason = ?, deadline = null, version = version + 1
        where id = ? and status = 'PENDING'
        returning id, version
        """,
        update -> {
          update.setString(1, reason);
          update.setObject(2, id);
          return first(update.executeQuery(), Accounts::transition);
        });
  }

  /**
   * Rejects pending accounts whose deadline has passed, at most {@code limit}; skips accounts that
   * another session has locked.
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public List<Transition> rejectOverdue(String reason, int limit) {
    return jdbc.prepareStatement(
        """
        update account set status = 'REJECTED', reason = ?, deadline = null, version = version + 1
        where id in (select id from account
                     where status = 'PENDING' and deadline < now()
                     order by deadline limit ?
                     for update skip locked)
        returning id, version
        """,
        update -> {
          update.setString(1, reason);
          update.setInt(2, limit);
          return all(update.executeQuery(), Accounts::transition);
        });
  }

  /** The account with this id. */
  public Optional<Account> find(UUID id) {
    return jdbc.prepareStatement(
        "select id, login_id, status, reason from account where id = ?",
        select -> {
          select.setObject(1, id);
          return first(select.executeQuery(), Accounts::account);
        });
  }

  /**
   * The password hash of the active account with this login id, whatever its case. A text that is
   * no login id is looked for as well, so that it takes as long as an unknown one.
   */
  public Optional<Credentials> credentials(String loginId) {
    return jdbc.prepareStatement(
        "select id, password_hash from account where lower(login_id) = lower(?) and status = 'ACTIVE'",
        select -> {
          // PostgreSQL makes i of İ. Java, whose lower case failures are counted by, does not.
          select.setString(1, LoginIds.isOne(loginId) ? loginId : NOBODY);
          return first(
              select.executeQuery(),
              row -> new Credentials(row.getObject(1, UUID.class), row.getString(2)));
        });
  }

  /** Replaces a hash by one of the same password, if it is still stored; no message tells of it. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void renewHash(Credentials credentials, String hash) {
    jdbc.prepareStatement(
        "update account set password_hash = ? where id = ? and password_hash = ?",
        update -> {
          update.setString(1, hash);
          update.setObject(2, credentials.id());
          update.setString(3, credentials.passwordHash());
          return update.executeUpdate();
        });
  }

  @FunctionalInterface
  private interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private static <T> Optional<T> first(ResultSet rows, RowReader<T> reader) throws SQLException {
    return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
  }

  private static <T> List<T> all(ResultSet rows, RowReader<T> reader) throws SQLException {
    var found = new ArrayList<T>();
    while (rows.next()) {
      found.add(reader.read(rows));
    }
    return found;
  }

  private static SignUp signUp(AccountStatus status, ResultSet row) throws SQLException {
    var deadline = row.getObject(3, OffsetDateTime.class);
    return new SignUp(
        row.getObject(1, UUID.class),
        status,
        row.getObject(2, OffsetDateTime.class).toInstant(),
        deadline == null ? null : deadline.toInstant(),
        row.getString(4),
        row.getLong(5),
        row.getBoolean(6));
  }

  private static Transition transition(ResultSet row) throws SQLException {
    return new Transition(row.getObject(1, UUID.class), row.getLong(2));
  }

  private static Account account(ResultSet row) throws SQLException {
    return new Account(
        row.getObject(1, UUID.class),
        row.getString(2),
        AccountStatus.valueOf(row.getString(3)),
        row.getString(4));
  }
}
