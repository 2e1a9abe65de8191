package onceward.auth.registration;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Function;
import onceward.auth.account.Accounts;
import onceward.auth.account.Accounts.Transition;
import onceward.auth.registration.RegistrationMessages.AccountActivated;
import onceward.auth.registration.RegistrationMessages.AccountRejected;
import onceward.auth.registration.RegistrationMessages.ProfileCreated;
import onceward.auth.registration.RegistrationMessages.ProfileRejected;
import onceward.messaging.Message;
import onceward.messaging.NewMessage;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.subscription.Subscription;

/**
 * The saga's last step, when user-service has answered: activates or rejects the account. An answer
 * that arrives after the sign-up has ended, by its deadline or an earlier answer, is ignored and
 * counted.
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

  private void activate(ProfileCreated profile, Message answer) {
    settle(
        accounts.activate(profile.accountId()),
        account -> new AccountActivated(account.id()).message(account.version()),
        answer);
  }

  private void reject(ProfileRejected profile, Message answer) {
    settle(
        accounts.reject(profile.accountId(), profile.reason()),
        account -> new AccountRejected(account.id(), profile.reason()).message(account.version()),
        answer);
  }

  private void settle(
      Optional<Transition> account, Function<Transition, NewMessage> news, Message answer) {
    if (account.isEmpty()) {
      ignored(answer);
      return;
    }
    outbox.append(news.apply(account.get()));
    settled.afterCommit(account.get().id());
  }

  /** Counts an answer that changed nothing, because the sign-up had ended. */
  private void ignored(Message message) {
    meters.counter("saga.ignored", "saga", "sign-up", "type", message.type()).increment();
  }
}
