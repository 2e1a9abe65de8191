package onceward.auth.registration;

import io.micronaut.serde.annotation.Serdeable;
import java.util.UUID;
import onceward.messaging.NewMessage;

/**
 * The messages about accounts that this service appends, and the messages about profiles it reads.
 */
final class RegistrationMessages {

  private static final String ACCOUNT = "account";
  private static final long FIRST_VERSION = 1;

  private RegistrationMessages() {}

  /** Asks for a profile; user-service answers with ProfileCreated or ProfileRejected. */
  @Serdeable
  record AccountRegistered(UUID accountId, String name, String email, String phone) {

    NewMessage message() {
      return about(accountId, FIRST_VERSION, "AccountRegistered", this);
    }

    /** Names the account only: the rest is personal data. */
    @Override
    public String toString() {
      return "AccountRegistered " + accountId;
    }
  }

  /** The sign-up succeeded. */
  @Serdeable
  record AccountActivated(UUID accountId) {

    NewMessage message(long version) {
      return about(accountId, version, "AccountActivated", this);
    }
  }

  /** The sign-up was compensated, because user-service refused the profile. */
  @Serdeable
  record AccountRejected(UUID accountId, String reason) {

    NewMessage message(long version) {
      return about(accountId, version, "AccountRejected", this);
    }
  }

  /**
   * The sign-up was cancelled by its deadline. user-service removes a profile that it has created,
   * and refuses one that it has not created yet.
   */
  @Serdeable
  record AccountRegistrationExpired(UUID accountId) {

    NewMessage message(long version) {
      return about(accountId, version, "AccountRegistrationExpired", this);
    }
  }

  /** user-service has created the profile. */
  @Serdeable
  record ProfileCreated(UUID accountId) {}

  /** user-service has refused the profile. */
  @Serdeable
  record ProfileRejected(UUID accountId, String reason) {}

  private static NewMessage about(UUID accountId, long version, String type, Object payload) {
    return new NewMessage(ACCOUNT, accountId.toString(), version, type, payload);
  }
}
