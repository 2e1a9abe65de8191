package onceward.auth.registration;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import onceward.auth.account.AccountStatus;
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
import onceward.messaging.subscription.TransientFailureException;

/**
 * The saga's last step, when user-service has answered: activates or rejects the account. An answer
 * that arrives after the sign-up has ended, by its deadline or an earlier answer, is ignored and
 * counted.
 *
 * <p>The relay publishes a sign-up when everybody sees it. A relay of the version before, or one of
 * others, does not wait: PostgreSQL hands over a transaction once its commit is in the log, which
 * is before the commit is visible, by as much as a busy processor or a synchronous standby takes.
 * An answer to a sign-up that is not visible is tried again.
 */
@Factory
final class SettleRegistration {

  /** An account that is missing for longer than this will not come. */
  private static final Duration VISIBLE_WITHIN = Duration.ofMinutes(10);

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
        profile.accountId(),
        accounts.activate(profile.accountId()),
        account -> new AccountActivated(account.id()).message(account.version()),
        answer);
  }

  private void reject(ProfileRejected profile, Message answer) {
    settle(
        profile.accountId(),
        accounts.reject(profile.accountId(), profile.reason()),
        account -> new AccountRejected(account.id(), profile.reason()).message(account.version()),
        answer);
  }

  private void settle(
      UUID id,
      Optional<Transition> account,
      Function<Transition, NewMessage> news,
      Message answer) {
    if (account.isEmpty()) {
      requireEnded(id, answer);
      ignored(answer);
      return;
    }
    outbox.append(news.apply(account.get()));
    settled.afterCommit(account.get().id());
  }

  /** Looks once more; the sign-up may have become visible since, and still be pending. */
  private void requireEnded(UUID id, Message answer) {
    var account = accounts.find(id);
    if (account.isPresent() && account.get().status() != AccountStatus.PENDING) {
      return;
    }
    var missing = new NoSuchElementException("there is no account " + id);
    if (answer.time().isBefore(Instant.now().minus(VISIBLE_WITHIN))) {
      throw missing;
    }
    throw new TransientFailureException("account %s is not visible yet".formatted(id), missing);
  }

  /** Counts an answer that changed nothing, because the sign-up had ended. */
  private void ignored(Message message) {
    meters.counter("saga.ignored", "saga", "sign-up", "type", message.type()).increment();
  }
}
