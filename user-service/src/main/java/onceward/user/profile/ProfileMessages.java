package onceward.user.profile;

import io.micronaut.serde.annotation.Serdeable;
import java.util.UUID;
import onceward.messaging.NewMessage;

/**
 * The messages about profiles that this service appends, and the messages about accounts it reads.
 */
final class ProfileMessages {

  private static final String PROFILE = "profile";
  private static final long FIRST_VERSION = 1;

  private ProfileMessages() {}

  /** The profile exists; auth-service may activate the account. */
  @Serdeable
  record ProfileCreated(UUID accountId) {

    NewMessage message() {
      return about(accountId, FIRST_VERSION, "ProfileCreated", this);
    }
  }

  /** The profile is refused; auth-service rejects the account. */
  @Serdeable
  record ProfileRejected(UUID accountId, String reason) {

    NewMessage message() {
      return about(accountId, FIRST_VERSION, "ProfileRejected", this);
    }
  }

  /** The profile existed, and its personal data is gone. */
  @Serdeable
  record ProfileErased(UUID accountId) {

    NewMessage message(long version) {
      return about(accountId, version, "ProfileErased", this);
    }
  }

  /** The person wants to be found by name. */
  @Serdeable
  record ProfileListed(UUID accountId, String name) {

    NewMessage message(long version) {
      return about(accountId, version, "ProfileListed", this);
    }

    /** Names the account only: the rest is personal data. */
    @Override
    public String toString() {
      return "ProfileListed " + accountId;
    }
  }

  /** The person no longer wants to be found by name. */
  @Serdeable
  record ProfileUnlisted(UUID accountId) {

    NewMessage message(long version) {
      return about(accountId, version, "ProfileUnlisted", this);
    }
  }

  /** auth-service asks for a profile. */
  @Serdeable
  record AccountRegistered(UUID accountId, String name, String email, String phone) {

    /** Names the account only: the rest is personal data. */
    @Override
    public String toString() {
      return "AccountRegistered " + accountId;
    }
  }

  /** auth-service has cancelled the sign-up. */
  @Serdeable
  record AccountRegistrationExpired(UUID accountId) {}

  private static NewMessage about(UUID accountId, long version, String type, Object payload) {
    return new NewMessage(PROFILE, accountId.toString(), version, type, payload);
  }
}
