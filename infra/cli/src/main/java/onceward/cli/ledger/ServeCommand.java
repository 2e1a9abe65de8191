package onceward.cli.ledger;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import onceward.cli.program.Range;
import onceward.ledgerapi.ApiSettings;
import onceward.ledgerapi.LedgerApi;
import onceward.localstack.OperatorTokens;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code onceward serve}: {@code verify} and {@code trace} by HTTP, until it is stopped. */
@Command(
    name = "serve",
    description = {
      "Answers verify and trace by HTTP on one port, until it is stopped with Ctrl-C or SIGTERM: POST and GET /verifications, GET /traces/ID.",
      "Calls need a token, as at the management port of every program. What a verification found is kept in memory only."
    },
    mixinStandardHelpOptions = true)
public final class ServeCommand implements Callable<Integer> {

  private static final int PORT = 9084;
  private static final int PORT_MAX = 65_535;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final LedgerOptions ledger = new LedgerOptions();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Where the port is bound (default ${DEFAULT-VALUE}). Tokens are not encrypted on their way: put a proxy with TLS before any other address.")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Default ${DEFAULT-VALUE}; 0 for any free one.")
  private int port = PORT;

  @Option(
      names = "--operator-token-file",
      paramLabel = "FILE",
      description =
          "The file with the token that may do everything (default: that of the local stack).")
  private @Nullable Path operatorToken;

  @Option(
      names = "--reader-token-file",
      paramLabel = "FILE",
      description = "The file with the token that may look (default: that of the local stack).")
  private @Nullable Path readerToken;

  @Option(
      names = "--allowed-hosts",
      paramLabel = "NAMES",
      description =
          "By which names the port may be called, besides addresses of the machine; separated by commas.")
  private @Nullable String allowedHosts;

  @Override
  public Integer call() throws InterruptedException {
    Range.require(spec, "--port", port, 0, PORT_MAX);
    // Before anything logs: the other commands log nothing.
    System.setProperty("logback.configurationFile", LedgerApi.LOGGING);
    // What is wrong with the servers' names is said now, and not to the first caller.
    ledger.settings();
    var api = LedgerApi.start(settings(), new ServedLedger(ledger));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(api), "stop-serving"));
    System.out.printf("The ledger answers at %s%n", api.address());
    System.out.flush();
    new CountDownLatch(1).await();
    return 0;
  }

  private ApiSettings settings() {
    var ofStack = ledger.operatorTokens();
    var operator =
        Optional.ofNullable(operatorToken).or(() -> ofStack.map(OperatorTokens::operator));
    var reader = Optional.ofNullable(readerToken).or(() -> ofStack.map(OperatorTokens::reader));
    if (operator.isEmpty() && reader.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--config is given without --operator-token-file and --reader-token-file, so nobody could call this program: give at least one, a file of mode 600 that `umask 077; openssl rand -base64 32 > FILE` makes");
    }
    return new ApiSettings(host, port, operator, reader, Optional.ofNullable(allowedHosts));
  }

  /** A signal to end is how this command ends well, and the JVM would make an error of it. */
  private static void stop(LedgerApi api) {
    api.close();
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }
}
