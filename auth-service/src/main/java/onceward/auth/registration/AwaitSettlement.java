package onceward.auth.registration;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import onceward.auth.account.Account;
import onceward.auth.account.AccountStatus;
import onceward.auth.account.Accounts;

/** Waits until the sign-up of an account has ended, or a time has passed. */
@Singleton
final class AwaitSettlement {

  private final Accounts accounts;
  private final SettledAccounts settled;
  private final Duration lookAgain;

  /**
   * Waits for accounts.
   *
   * @param lookAgain how often to read the row: another instance may have ended the sign-up
   */
  AwaitSettlement(
      Accounts accounts,
      SettledAccounts settled,
      @Value("${auth.registration.look-again:250ms}") Duration lookAgain) {
    this.accounts = accounts;
    this.settled = settled;
    this.lookAgain = lookAgain;
  }

  /** The account when it has left PENDING, or as it is after {@code patience}. */
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
