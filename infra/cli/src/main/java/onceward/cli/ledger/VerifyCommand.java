package onceward.cli.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import onceward.cli.program.Moment;
import onceward.cli.program.Range;
import onceward.ledger.Ledger;
import onceward.ledger.source.Scope;
import onceward.ledger.verify.Verdict;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code onceward verify}: exit code 1 if a promise is broken; 4 if none is, and a pipeline, a
 * consumer or a slot stands still; 0 while messages are under way and everything moves.
 */
@Command(
    name = "verify",
    description = {
      "Compares outboxes, topics and inboxes, and names the messages that are missing, were never committed,",
      "differ, are out of order, or are not handled. Changes nothing, and may run while everything is in use.",
      "Ends with 1 if a promise is broken, with 4 if none is and a pipeline or a consumer stands still, otherwise with 0.",
      "Hours in which the sums of outbox, relay and consumers agree have nothing missing and are not read; --deep reads them too."
    },
    mixinStandardHelpOptions = true)
public final class VerifyCommand implements Callable<Integer> {

  private static final int EXAMPLES_MAX = 10_000;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final LedgerOptions ledger = new LedgerOptions();

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      converter = Moment.class,
      description =
          "Only messages made since then: 30s, 15m, 2h or 3d ago, a day of UTC (2026-11-28), or a time (2026-11-28T03:00:00Z).")
  private @Nullable Instant since;

  @Option(
      names = "--until",
      paramLabel = "WHEN",
      converter = Moment.class,
      description = "Only messages made before then, in the same forms.")
  private @Nullable Instant until;

  @Option(
      names = "--consumer",
      paramLabel = "NAME",
      description = "Only this consumer, and the topics that it reads.")
  private @Nullable String consumer;

  @Option(
      names = "--aggregate",
      paramLabel = "ID",
      description = "Only messages about the aggregate with this id.")
  private @Nullable String aggregate;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description =
          "How long the relays may take to confirm what was committed when the comparison began (default ${DEFAULT-VALUE}). Rows behind that count as under way.")
  private int waitSeconds = (int) Scope.PATIENCE.toSeconds();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many messages of each finding are listed (default ${DEFAULT-VALUE}).")
  private int limit = Scope.EXAMPLES;

  @Option(
      names = "--deep",
      description =
          "Reads everything, also the hours that sums prove: finds ghosts, and records that differ or are out of order, in these as well.")
  private boolean deep;

  @Option(names = "--json", description = "Prints JSON; progress goes to standard error.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException, JsonProcessingException {
    var scope = scope();
    var started = System.nanoTime();
    Verdict verdict;
    try (var progress = new ProgressLine()) {
      var comparison = new Ledger(ledger.settings());
      verdict = deep ? comparison.verify(scope, progress) : comparison.lookUp(scope, progress);
    }
    var report =
        new VerdictReport(
            verdict, ledger.stalls(verdict), Duration.ofNanos(System.nanoTime() - started));
    System.out.print(json ? report.json() : report.text());
    System.out.flush();
    return report.exitCode();
  }

  private Scope scope() {
    Range.require(spec, "--wait", waitSeconds, 0, Scope.PATIENCE_MAX.toSeconds());
    Range.require(spec, "--limit", limit, 0, EXAMPLES_MAX);
    if (since != null && until != null && !since.isBefore(until)) {
      throw refused(
          "--since is %s and --until %s: nothing is between them".formatted(since, until));
    }
    return new Scope(
        Optional.ofNullable(since),
        Optional.ofNullable(until),
        Optional.ofNullable(consumer),
        Optional.ofNullable(aggregate),
        Set.of(),
        Duration.ofSeconds(waitSeconds),
        limit);
  }

  private ParameterException refused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
