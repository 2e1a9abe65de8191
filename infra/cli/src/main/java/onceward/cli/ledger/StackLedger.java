package onceward.cli.ledger;

import onceward.ledger.source.DatabaseSettings;
import onceward.ledger.source.LedgerSettings;
import onceward.localstack.LocalStack;

/** The servers of a local stack, as the ledger is told of them. */
public final class StackLedger {

  private StackLedger() {}

  /** All databases of the stack, and its Kafka. */
  public static LedgerSettings of(LocalStack stack) {
    var postgres = stack.postgres();
    return LedgerSettings.of(
        stack.operatorProperties(),
        LocalStack.databaseNames().stream()
            .map(name ->
                DatabaseSettings.of(
                    name, postgres.jdbcUrl(name), postgres.adminUser(), postgres.adminPassword()))
            .toList());
  }
}
