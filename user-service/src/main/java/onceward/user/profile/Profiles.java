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

    /** The profile was created before, and has its personal data back now. */
    record Completed() implements Creation {}

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
    if (created == 1) {
      return new Creation.Created();
    }
    return complete(profile) ? new Creation.Completed() : conflict(profile);
  }

  /**
   * Stores the personal data of a profile that was created before the database was lost and has
   * none. Leaves the profile as it is if another one has the e-mail address or the phone number:
   * that profile is gone when a message that was lost with the database has been decided anew.
   *
   * @return false if the account has no such profile, or another profile has the data
   */
  @Transactional(propagation = Propagation.MANDATORY)
  boolean complete(Profile profile) {
    return jdbc.prepareStatement(
            """
            update profile set status = 'CREATED', name = ?, email = ?, phone = ?, changed_at = now()
            where account_id = ? and status = 'INCOMPLETE'
              and not exists (select from profile other where other.email = ? or other.phone = ?)
            """,
            update -> {
              update.setString(1, profile.name());
              update.setString(2, profile.email());
              update.setString(3, profile.phone());
              update.setObject(4, profile.accountId());
              update.setString(5, profile.email());
              update.setString(6, profile.phone());
              return update.executeUpdate();
            })
        == 1;
  }

  /**
   * Stores that the account has a profile, as a message of this service says. The personal data of
   * a profile that is not here come later, by {@link #complete}.
   *
   * @param version of the message; a row of that version or a later one stays as it is
   */
  @Transactional(propagation = Propagation.MANDATORY)
  void restore(UUID accountId, boolean listed, long version) {
    jdbc.prepareStatement(
        """
        insert into profile as p (account_id, status, listed, version) values (?, 'INCOMPLETE', ?, ?)
        on conflict (account_id) do update
        set listed = excluded.listed, version = excluded.version, changed_at = now()
        where p.version < excluded.version and p.status in ('CREATED', 'INCOMPLETE')
        """,
        upsert -> {
          upsert.setObject(1, accountId);
          upsert.setBoolean(2, listed);
          upsert.setLong(3, version);
          return upsert.executeUpdate();
        });
  }

  /** Leaves a tombstone, as a message of this service says; see {@link #restore}. */
  @Transactional(propagation = Propagation.MANDATORY)
  void restoreTombstone(UUID accountId, String status, long version) {
    jdbc.prepareStatement(
        """
        insert into profile as p (account_id, status, version) values (?, ?, ?)
        on conflict (account_id) do update
        set status = excluded.status, name = null, email = null, phone = null, listed = false,
            version = excluded.version, changed_at = now()
        where p.version < excluded.version
        """,
        upsert -> {
          upsert.setObject(1, accountId);
          upsert.setString(2, status);
          upsert.setLong(3, version);
          return upsert.executeUpdate();
        });
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
        where p.status in ('CREATED', 'INCOMPLETE')
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

  /**
   * The profile of an account, if it has one.
   *
   * @throws IncompleteProfileException if it has one whose personal data is not restored
   */
  Optional<Profile> find(UUID accountId) {
    return jdbc.prepareStatement(
        """
        select name, email, phone, listed, status = 'INCOMPLETE' from profile
        where account_id = ? and status in ('CREATED', 'INCOMPLETE')
        """,
        select -> {
          select.setObject(1, accountId);
          var row = select.executeQuery();
          if (!row.next()) {
            return Optional.empty();
          }
          if (row.getBoolean(5)) {
            throw new IncompleteProfileException();
          }
          return Optional.of(
              new Profile(
                  accountId,
                  row.getString(1),
                  row.getString(2),
                  row.getString(3),
                  row.getBoolean(4)));
        });
  }
}
