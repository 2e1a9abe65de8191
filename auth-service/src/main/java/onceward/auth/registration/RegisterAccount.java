package onceward.auth.registration;

import io.micronaut.context.annotation.Value;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import onceward.auth.account.Accounts;
import onceward.auth.registration.RegistrationMessages.AccountRegistered;
import onceward.messaging.outbox.Outbox;

/**
 * The saga's first step: inserts the account, PENDING, and appends the message that asks for a
 * profile, in one transaction.
 */
@Singleton
class RegisterAccount {

  private final Accounts accounts;
  private final Outbox outbox;
  private final Duration patience;

  RegisterAccount(
      Accounts accounts,
      Outbox outbox,
      @Value("${auth.registration.deadline:60s}") Duration patience) {
    this.accounts = accounts;
    this.outbox = outbox;
    this.patience = patience;
  }

  /**
   * Registers a pending account.
   *
   * @return its id, or empty if the login id is taken
   */
  @Transactional
  Optional<UUID> register(String loginId, String passwordHash, ContactDetails contact) {
    var registered = accounts.register(loginId, passwordHash, patience);
    registered.ifPresent(id ->
        outbox.append(
            new AccountRegistered(id, contact.name(), contact.email(), contact.phone()).message()));
    return registered;
  }
}
