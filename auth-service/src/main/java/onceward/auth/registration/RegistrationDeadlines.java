package onceward.auth.registration;

import io.micronaut.scheduling.annotation.Scheduled;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import onceward.auth.account.Accounts;
import onceward.auth.registration.RegistrationMessages.AccountRegistrationExpired;
import onceward.messaging.outbox.Outbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels sign-ups whose deadline has passed by the database's clock. Runs in every instance, and
 * skips rows that another instance has locked.
 */
@Singleton
class RegistrationDeadlines {

  private static final Logger log = LoggerFactory.getLogger(RegistrationDeadlines.class);
  private static final String EXPIRED = "registration-expired";
  private static final int BATCH_ROWS = 100;

  private final Accounts accounts;
  private final Outbox outbox;
  private final SettledAccounts settled;

  RegistrationDeadlines(Accounts accounts, Outbox outbox, SettledAccounts settled) {
    this.accounts = accounts;
    this.outbox = outbox;
    this.settled = settled;
  }

  /** Cancels one batch; the next run cancels the rest. */
  @Scheduled(fixedDelay = "${auth.registration.deadline-check:1s}")
  @Transactional
  void expireOverdue() {
    var expired = accounts.rejectOverdue(EXPIRED, BATCH_ROWS);
    for (var account : expired) {
      outbox.append(new AccountRegistrationExpired(account.id()).message(account.version()));
      settled.afterCommit(account.id());
    }
    if (!expired.isEmpty()) {
      log.info("{} sign-ups were cancelled by their deadline", expired.size());
    }
  }
}
