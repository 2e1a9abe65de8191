package onceward.user.profile;

import io.micronaut.data.connection.annotation.Connectable;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.transaction.TransactionDefinition.Propagation;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The profile table. Safe for use by many threads; methods that write fail without a transaction.
 */
@Singleton
@Connectable
class Profiles {

  private final JdbcOperations jdbc;

  Profiles(JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  /** The outcome of an attempt to create a profile. */
  sealed interface Creation {
    /** The profile was created. */
    record Created() implements Creation {}

    /** Another profile has the same e-mail address or phone number. */
    record Taken(String reason) implements Creation {}

    /** The account already has a profile, or was refused one. */
    record AlreadyDecided() implements Creation {}
  }

  /** Creates the profile, unless the account, the e-mail address or the phone number has one. */
  @Transactional(propagation = Propagation.MANDATORY)
  Creation create(Profile profile) {
    var created =
        jdbc.prepareStatement(
            """
            insert into profile (account_id, status, name, email, phone, version)
            values (?, 'CREATED', ?, ?, ?, 1)
            on conflict do nothing
            """,
            insert -> {
              insert.setObject(1, profile.accountId());
              insert.setString(2, profile.name());
              insert.setString(3, profile.email());
              insert.setString(4, profile.phone());
              return insert.executeUpdate();
            });
    return created == 1 ? new Creation.Created() : conflict(profile);
  }

  private Creation conflict(Profile profile) {
    return jdbc.prepareStatement(
        """
        select account_id = ?, email = ? from profile
        where account_id = ? or email = ? or phone = ?
        order by account_id = ? desc, email = ? desc nulls last
        limit 1
        """,
        select -> {
          select.setObject(1, profile.accountId());
          select.setString(2, profile.email());
          select.setObject(3, profile.accountId());
          select.setString(4, profile.email());
          select.setString(5, profile.phone());
          select.setObject(6, profile.accountId());
          select.setString(7, profile.email());
          var row = select.executeQuery();
          if (!row.next()) {
            // The other profile was removed between the two statements. The message is handled
            // again, and then creates the profile.
            throw new IllegalStateException("what " + profile + " collided with has just gone");
          }
          if (row.getBoolean(1)) {
            return new Creation.AlreadyDecided();
          }
          return new Creation.Taken(row.getBoolean(2) ? "email-taken" : "phone-taken");
        });
  }

  /** Leaves a tombstone for an account that gets no profile. */
  @Transactional(propagation = Propagation.MANDATORY)
  void rememberRejected(UUID accountId) {
    jdbc.prepareStatement(
        "insert into profile (account_id, status, version) values (?, 'REJECTED', 1)",
        insert -> {
          insert.setObject(1, accountId);
          return insert.executeUpdate();
        });
  }

  /**
   * Removes the profile, or leaves a tombstone if no profile was requested yet.
   *
   * @return the profile's new version; empty if there was no profile to remove
   */
  @Transactional(propagation = Propagation.MANDATORY)
  OptionalLong remove(UUID accountId) {
    return jdbc.prepareStatement(
        """
        insert into profile as p (account_id, status, version)
        values (?, 'REMOVED', 0)
        on conflict (account_id) do update
        set status = 'REMOVED', name = null, email = null, phone = null, listed = false, version = p.version + 1,
            changed_at = now()
        where p.status = 'CREATED'
        returning version
        """,
        upsert -> {
          upsert.setObject(1, accountId);
          var row = upsert.executeQuery();
          // Version 0 marks a new tombstone, about which no message was appended.
          return row.next() && row.getLong(1) > 0
              ? OptionalLong.of(row.getLong(1))
              : OptionalLong.empty();
        });
  }

  /**
   * Stores whether the person wants to be found.
   *
   * @return the profile's new version; empty if there is no profile, or the profile has this value
   *     already
   */
  @Transactional(propagation = Propagation.MANDATORY)
  OptionalLong changeListed(UUID accountId, boolean listed) {
    return jdbc.prepareStatement(
        """
        update profile set listed = ?, version = version + 1, changed_at = now()
        where account_id = ? and status = 'CREATED' and listed <> ?
        returning version
        """,
        update -> {
          update.setBoolean(1, listed);
          update.setObject(2, accountId);
          update.setBoolean(3, listed);
          var row = update.executeQuery();
          return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        });
  }

  /** The profile of an account, if it has one. */
  Optional<Profile> find(UUID accountId) {
    return jdbc.prepareStatement(
        "select name, email, phone, listed from profile where account_id = ? and status = 'CREATED'",
        select -> {
          select.setObject(1, accountId);
          var row = select.executeQuery();
          return row.next()
              ? Optional.of(
                  new Profile(
                      accountId,
                      row.getString(1),
                      row.getString(2),
                      row.getString(3),
                      row.getBoolean(4)))
              : Optional.empty();
        });
  }
}
