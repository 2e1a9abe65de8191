package onceward.cli.ledger;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import onceward.cli.stack.HomeOption;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.verify.Stall;
import onceward.ledger.verify.Verdict;
import onceward.localstack.LocalStack;
import onceward.localstack.OperatorTokens;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which servers are read: those of the local stack, or those that a file names. */
public final class LedgerOptions {

  @Mixin private final HomeOption home = new HomeOption();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = {
        "Reads the servers that this file names, instead of the local stack: kafka.bootstrap.servers and other properties of Kafka's clients;",
        "database.NAME.url, .user and .password-file of each database with an outbox or an inbox."
      })
  private @Nullable Path config;

  /**
   * What stands still: the programs of a local stack say it themselves; of other servers, the slots
   * show it.
   */
  List<Stall> stalls(Verdict verdict) throws InterruptedException {
    return config == null
        ? StallWatch.of(home.path())
        : verdict.stalls().stream().map(Stalls::ofSlot).toList();
  }

  /** The tokens of the local stack; empty for the servers of a file. */
  Optional<OperatorTokens> operatorTokens() {
    return config == null
        ? Optional.of(LocalStack.attach(home.path()).operatorTokens())
        : Optional.empty();
  }

  LedgerSettings settings() {
    return settings(home.path(), config);
  }

  /**
   * The servers that a file names, or those of the stack in that home.
   *
   * @throws LedgerFileException if the file cannot be read or says something else
   * @throws OtherServerException if a promoted standby has replaced the stack's database server
   */
  public static LedgerSettings settings(Path home, @Nullable Path config) {
    return config == null ? ofStack(home) : LedgerFile.read(config);
  }

  private static LedgerSettings ofStack(Path home) {
    var stack = LocalStack.attach(home);
    ReadServer.require(stack, home);
    return StackLedger.of(stack);
  }
}
