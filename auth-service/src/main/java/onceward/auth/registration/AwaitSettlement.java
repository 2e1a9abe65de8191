package onceward.auth.registration;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import onceward.auth.account.Account;
import onceward.auth.account.AccountStatus;
import onceward.auth.account.Accounts;

/** Answers with an account when its sign-up has ended, or after a while. */
@Singleton
final class AwaitSettlement {

  private final Accounts accounts;
  private final SettledAccounts settled;
  private final Duration lookAgain;

  /**
   * Waits for accounts to settle.
   *
   * @param lookAgain how soon a settlement by another instance is seen
   */
  AwaitSettlement(
      Accounts accounts,
      SettledAccounts settled,
      @Value("${auth.registration.look-again:250ms}") Duration lookAgain) {
    this.accounts = accounts;
    this.settled = settled;
    this.lookAgain = lookAgain;
  }

  /** The account as it is once it has left PENDING, or as it is after {@code patience}. */
  Optional<Account> find(UUID id, Duration patience) throws InterruptedException {
    var end = System.nanoTime() + patience.toNanos();
    while (true) {
      try (var wakeUp = settled.wakeUp(id)) {
        var account = accounts.find(id);
        var left = Duration.ofNanos(end - System.nanoTime()).toMillis();
        if (left <= 0 || account.isEmpty() || account.get().status() != AccountStatus.PENDING) {
          return account;
        }
        wakeUp.await(Math.min(left, lookAgain.toMillis()));
      }
    }
  }
}
