package onceward.cli.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import onceward.cli.program.Moment;
import onceward.cli.program.NotFoundException;
import onceward.ledger.Ledger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code onceward trace}: the journey of a message, or of a saga, on one screen. */
@Command(
    name = "trace",
    description = {
      "Follows a message from its transaction to its effects, with what brought it about and what it has",
      "brought about: outbox, topic, consumers, dead letters, and where it is now."
    },
    mixinStandardHelpOptions = true)
public final class TraceCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final LedgerOptions ledger = new LedgerOptions();

  @Parameters(
      paramLabel = "ID",
      description = "The id of a message, of an aggregate (such as an account) or of a trace.")
  private String id = "";

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      converter = Moment.class,
      description =
          "A trace is looked for among messages made since then; by default among all. Messages and aggregates are found whatever their age.")
  private @Nullable Instant since;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    if (id.isBlank()) {
      throw new ParameterException(
          spec.commandLine(), "ID is empty; allowed is the id of a message, aggregate or trace");
    }
    var journeys = new Ledger(ledger.settings()).trace(id.strip(), Optional.ofNullable(since));
    if (journeys.isEmpty()) {
      throw new NotFoundException(
          "No outbox has a message with this id, nor one of an aggregate or a trace with this id: %s. Outboxes keep messages for some days only."
              .formatted(id));
    }
    var report = new TraceReport(journeys);
    System.out.print(json ? report.json() : report.text());
    System.out.flush();
    return 0;
  }
}
