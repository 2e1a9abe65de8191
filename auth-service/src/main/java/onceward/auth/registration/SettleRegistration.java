package onceward.auth.registration;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import onceward.auth.account.Accounts;
import onceward.auth.registration.RegistrationMessages.AccountActivated;
import onceward.auth.registration.RegistrationMessages.AccountRejected;
import onceward.auth.registration.RegistrationMessages.ProfileCreated;
import onceward.auth.registration.RegistrationMessages.ProfileRejected;
import onceward.messaging.Message;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.subscription.Subscription;

/**
 * The saga's last step, taken when user-service has answered: activate, or compensate. An answer
 * that comes after the account has been settled is ignored and counted: the deadline got there
 * first.
 */
@Factory
final class SettleRegistration {

  private final Accounts accounts;
  private final Outbox outbox;
  private final SettledAccounts settled;
  private final MeterRegistry meters;

  SettleRegistration(
      Accounts accounts, Outbox outbox, SettledAccounts settled, MeterRegistry meters) {
    this.accounts = accounts;
    this.outbox = outbox;
    this.settled = settled;
    this.meters = meters;
  }

  @Singleton
  Subscription profileEvents() {
    return Subscription.of("auth-service", "profile.events")
        .on("ProfileCreated", ProfileCreated.class, this::activate)
        .on("ProfileRejected", ProfileRejected.class, this::reject);
  }

  private void activate(ProfileCreated profile, Message message) {
    accounts
        .activate(profile.accountId())
        .ifPresentOrElse(
            account -> {
              outbox.append(new AccountActivated(account.id()).message(account.version()));
              settled.afterCommit(account.id());
            },
            () -> ignored(message));
  }

  private void reject(ProfileRejected profile, Message message) {
    accounts
        .reject(profile.accountId(), profile.reason())
        .ifPresentOrElse(
            account -> {
              outbox.append(
                  new AccountRejected(account.id(), profile.reason()).message(account.version()));
              settled.afterCommit(account.id());
            },
            () -> ignored(message));
  }

  /** An answer that changed nothing, because the saga had ended. */
  private void ignored(Message message) {
    meters.counter("saga.ignored", "saga", "sign-up", "type", message.type()).increment();
  }
}
