package onceward.auth.session;

import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** The session table and its refresh tokens. Safe for use by many threads. */
@Singleton
class Sessions {

  /** A session ends after this time, however often it is refreshed. */
  private static final Duration LIFETIME = Duration.ofDays(30);

  private final JdbcOperations jdbc;

  Sessions(JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  /** A session, and the refresh token that continues it. */
  record Continued(UUID sessionId, UUID accountId, RefreshToken next) {}

  /** Starts a session. */
  @Transactional
  Continued start(UUID accountId) {
    var sessionId =
        jdbc.prepareStatement(
            """
            insert into session (account_id, expires_at)
            values (?, now() + ? * interval '1 second')
            returning id
            """,
            insert -> {
              insert.setObject(1, accountId);
              insert.setLong(2, LIFETIME.toSeconds());
              var row = insert.executeQuery();
              row.next();
              return row.getObject(1, UUID.class);
            });
    return new Continued(sessionId, accountId, addToken(sessionId));
  }

  /**
   * Exchanges a refresh token for the next one. A token works once: a second use shows that
   * somebody has a copy, and revokes the session for everybody.
   *
   * @return empty if the token is unknown or used, or its session has ended
   */
  @Transactional
  Optional<Continued> refresh(RefreshToken token) {
    var spent = spend(token);
    if (spent.isEmpty()) {
      revokeSessionOf(token);
      return Optional.empty();
    }
    return accountOfLive(spent.get())
        .map(accountId -> new Continued(spent.get(), accountId, addToken(spent.get())));
  }

  private Optional<UUID> spend(RefreshToken token) {
    return jdbc.prepareStatement(
        "update refresh_token set used_at = now() where hash = ? and used_at is null returning session_id",
        update -> {
          update.setBytes(1, token.hash());
          var row = update.executeQuery();
          return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
        });
  }

  private Optional<UUID> accountOfLive(UUID sessionId) {
    return jdbc.prepareStatement(
        """
        select account_id from session join account on account.id = account_id
        where session.id = ? and revoked_at is null and expires_at > now() and status = 'ACTIVE'
        for update of session
        """,
        select -> {
          select.setObject(1, sessionId);
          var row = select.executeQuery();
          return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
        });
  }

  private void revokeSessionOf(RefreshToken token) {
    jdbc.prepareStatement(
        """
        update session set revoked_at = now()
        where revoked_at is null and id = (select session_id from refresh_token where hash = ?)
        """,
        update -> {
          update.setBytes(1, token.hash());
          return update.executeUpdate();
        });
  }

  private RefreshToken addToken(UUID sessionId) {
    var token = RefreshToken.random();
    jdbc.prepareStatement(
        "insert into refresh_token (hash, session_id) values (?, ?)",
        insert -> {
          insert.setBytes(1, token.hash());
          insert.setObject(2, sessionId);
          return insert.executeUpdate();
        });
    return token;
  }
}
