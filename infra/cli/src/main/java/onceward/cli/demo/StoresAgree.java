package onceward.cli.demo;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import onceward.cli.ledger.StackLedger;
import onceward.ledger.Ledger;
import onceward.ledger.source.Progress;
import onceward.ledger.source.Scope;
import onceward.ledger.verify.Finding;
import onceward.ledger.verify.Kind;
import onceward.ledger.verify.Verdict;
import onceward.localstack.LocalStack;
import onceward.localstack.process.StackException;

/**
 * Compares databases and topics with the outcomes and with each other. The last messages may still
 * be on their way when the last account has settled, so the comparison is repeated for a while.
 */
final class StoresAgree {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final LocalStack stack;
  private final Ledger ledger;
  private final StoredCounts before;

  /** To be made before the sign-ups: there may be accounts of earlier ones. */
  StoresAgree(LocalStack stack) {
    this.stack = stack;
    this.ledger = new Ledger(StackLedger.of(stack));
    this.before = counts();
  }

  List<Agreement> check(long activeOutcomes) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    List<Agreement> found = compare(activeOutcomes);
    while (!found.stream().allMatch(Agreement::holds) && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(PAUSE.toNanos());
      found = compare(activeOutcomes);
    }
    return found;
  }

  private List<Agreement> compare(long activeOutcomes) throws InterruptedException {
    StoredCounts now = counts();
    Verdict verdict = ledger.verify(Scope.ALL, Progress.NONE);
    List<Agreement> agreements = new ArrayList<>();
    agreements.add(
        Agreement.of(
            "active outcomes = new active accounts",
            activeOutcomes,
            now.activeAccounts() - before.activeAccounts()));
    agreements.add(
        Agreement.of(
            "active outcomes = new profiles",
            activeOutcomes,
            now.createdProfiles() - before.createdProfiles()));
    for (Verdict.TopicVerdict topic : verdict.topics()) {
      agreements.add(
          Agreement.of(
              "outbox = " + topic.topic(),
              topic.appended() - expired(verdict, topic),
              topic.published()));
    }
    for (Finding finding : verdict.findings()) {
      if (finding.kind().weight() != Kind.Weight.REMARK) {
        agreements.add(
            Agreement.of(
                finding.kind().text() + " in " + finding.subject() + " = none",
                finding.count(),
                0));
      }
    }
    return agreements;
  }

  /** How many messages of the outbox are older than what the topic still has. */
  private static long expired(Verdict verdict, Verdict.TopicVerdict topic) {
    return verdict.findings().stream()
        .filter(finding -> finding.kind() == Kind.UNPROVEN)
        .filter(finding -> finding.subject().equals(topic.topic()))
        .mapToLong(Finding::count)
        .sum();
  }

  private StoredCounts counts() {
    try {
      return StoredCounts.read(stack.postgres());
    } catch (SQLException e) {
      throw new StackException("Cannot read the databases: " + e.getMessage(), e);
    }
  }
}
