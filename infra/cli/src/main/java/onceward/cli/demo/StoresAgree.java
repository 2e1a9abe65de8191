package onceward.cli.demo;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import onceward.localstack.LocalStack;
import onceward.localstack.process.StackException;

/**
 * Compares databases and topics with the outcomes and with each other. The last messages may still
 * be on their way when the last account has settled, so the comparison is repeated for a while.
 */
final class StoresAgree {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Set<String> HANDLED_BY_USER =
      Set.of("AccountRegistered", "AccountRegistrationExpired");
  private static final Set<String> HANDLED_BY_AUTH = Set.of("ProfileCreated", "ProfileRejected");

  private final LocalStack stack;
  private final StoredCounts before;

  /** To be made before the sign-ups: there may be accounts of earlier ones. */
  StoresAgree(LocalStack stack) {
    this.stack = stack;
    this.before = counts();
  }

  List<Agreement> check(long activeOutcomes) {
    long end = System.nanoTime() + LIMIT.toNanos();
    List<Agreement> found = compare(activeOutcomes);
    while (!found.stream().allMatch(Agreement::holds) && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(PAUSE.toNanos());
      found = compare(activeOutcomes);
    }
    return found;
  }

  private List<Agreement> compare(long activeOutcomes) {
    String kafka = stack.kafka().bootstrapServers();
    PublishedMessages accounts = PublishedMessages.read(kafka, "account.events");
    PublishedMessages profiles = PublishedMessages.read(kafka, "profile.events");
    StoredCounts now = counts();
    return List.of(
        Agreement.of(
            "active outcomes = new active accounts",
            activeOutcomes,
            now.activeAccounts() - before.activeAccounts()),
        Agreement.of(
            "active outcomes = new profiles",
            activeOutcomes,
            now.createdProfiles() - before.createdProfiles()),
        Agreement.of("auth outbox = account.events", now.authOutbox(), accounts.count()),
        Agreement.of("user outbox = profile.events", now.userOutbox(), profiles.count()),
        Agreement.of(
            "inbox of user-service = messages it handles",
            now.userInbox(),
            accounts.count(HANDLED_BY_USER)),
        Agreement.of(
            "inbox of auth-service = messages it handles",
            now.authInbox(),
            profiles.count(HANDLED_BY_AUTH)));
  }

  private StoredCounts counts() {
    try {
      return StoredCounts.read(stack.postgres());
    } catch (SQLException e) {
      throw new StackException("Cannot read the databases: " + e.getMessage(), e);
    }
  }
}
