package onceward.cli.ledger;

import java.nio.file.Path;
import onceward.cli.stack.HomeOption;
import onceward.ledger.source.LedgerSettings;
import onceward.localstack.LocalStack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which servers are read: those of the local stack, or those that a file names. */
final class LedgerOptions {

  @Mixin private final HomeOption home = new HomeOption();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = {
        "Reads the servers that this file names, instead of the local stack: kafka.bootstrap.servers and other properties of Kafka's clients;",
        "database.NAME.url, .user and .password-file of each database with an outbox or an inbox."
      })
  private @Nullable Path config;

  LedgerSettings settings() {
    return config == null
        ? StackLedger.of(LocalStack.attach(home.path()))
        : LedgerFile.read(config);
  }
}
