package onceward.benchmarks.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import onceward.ledger.Ledger;
import onceward.ledger.source.DatabaseSettings;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.source.Progress;
import onceward.ledger.source.Scope;
import onceward.ledger.verify.Verdict;
import onceward.messaging.testkit.TestServers;

/**
 * Whether each row of an outbox is in its topic once, unchanged and in order, by the comparison
 * that {@code infra/onceward verify} makes.
 *
 * @param faults as phrases; empty if nothing is to be said
 */
record LedgerCheck(List<String> faults) {

  /** A relay that has ended confirms nothing more, so there is nothing to be patient for. */
  private static final Duration NO_PATIENCE = Duration.ZERO;

  /**
   * Compares once the relay has ended.
   *
   * @param rows how many there are to be
   * @param arrived how many of them a consumer has got
   */
  static LedgerCheck of(OutboxDatabase database, String topic, int rows, int arrived) {
    var faults = new ArrayList<String>();
    if (arrived != rows) {
      faults.add("%d of %d rows came to the consumer".formatted(arrived, rows));
    }
    var verdict = ledger(database, scope(topic));
    verdict
        .findings()
        .forEach(finding ->
            faults.add("%d rows: %s".formatted(finding.count(), finding.kind().sentence())));
    if (verdict.messages() != rows) {
      faults.add(
          "%d messages in outbox and topic instead of %d".formatted(verdict.messages(), rows));
    }
    return new LedgerCheck(faults);
  }

  private static Verdict ledger(OutboxDatabase database, Scope scope) {
    try {
      return new Ledger(
              LedgerSettings.of(
                  Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers()),
                  List.of(
                      DatabaseSettings.of(
                          database.name(),
                          database.jdbcUrl(),
                          "postgres",
                          database.adminPassword()))))
          .verify(scope, Progress.NONE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while outbox and topic were compared", e);
    }
  }

  private static Scope scope(String topic) {
    return new Scope(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Set.of(topic),
        NO_PATIENCE,
        Scope.EXAMPLES);
  }

  /** Whether the figures count. */
  boolean holds() {
    return faults.isEmpty();
  }
}
