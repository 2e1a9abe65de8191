package onceward.cli.ledger;

import java.util.Map;
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
        Map.of("bootstrap.servers", stack.kafka().bootstrapServers()),
        LocalStack.databaseNames().stream()
            .map(name ->
                DatabaseSettings.of(
                    name, postgres.jdbcUrl(name), postgres.adminUser(), postgres.adminPassword()))
            .toList());
  }
}
