package onceward.auth.session;

import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import onceward.auth.account.Accounts;
import onceward.auth.account.Accounts.Credentials;

/** The session table and its refresh tokens. Safe for use by many threads. */
@Singleton
class Sessions {

  /** A session ends after this time, however often it is refreshed. */
  private static final Duration LIFETIME = Duration.ofDays(30);

  private final JdbcOperations jdbc;
  private final Accounts accounts;

  Sessions(JdbcOperations jdbc, Accounts accounts) {
    this.jdbc = jdbc;
    this.accounts = accounts;
  }

  /** A session, and the refresh token that continues it. */
  record Continued(UUID sessionId, UUID accountId, RefreshToken next) {}

  /**
   * The credentials against which a password was checked.
   *
   * @param renewedHash the hash to store in place of one of another cost
   */
  record ProvenCredentials(Credentials credentials, Optional<String> renewedHash) {}

  /**
   * Starts a session, unless the credentials have changed since the password was checked against
   * them. A change that commits after this session can see it, and end it.
   */
  @Transactional
  Optional<Continued> start(ProvenCredentials proven) {
    var credentials = proven.credentials();
    var sessionId = insertIfUnchanged(credentials);
    sessionId
        .flatMap(_ -> proven.renewedHash())
        .ifPresent(hash -> accounts.renewHash(credentials, hash));
    return sessionId.map(id -> new Continued(id, credentials.id(), addToken(id)));
  }

  private Optional<UUID> insertIfUnchanged(Credentials credentials) {
    return jdbc.prepareStatement(
        """
        with unchanged as (
          select id from account where id = ? and password_hash = ? and status = 'ACTIVE' for share
        )
        insert into session (account_id, expires_at)
        select id, now() + ? * interval '1 second' from unchanged
        returning id
        """,
        insert -> {
          insert.setObject(1, credentials.id());
          insert.setString(2, credentials.passwordHash());
          insert.setLong(3, LIFETIME.toSeconds());
          var row = insert.executeQuery();
          return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
        });
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
