package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import onceward.cli.program.Range;
import onceward.cli.program.ServicesOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceward dlq audit}: who asked what of the dead letters, and what came of it. */
@Command(
    name = "audit",
    description = "Lists what operators have asked of the dead letters, newest first.",
    mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {

  private static final String ROW = "%-20s  %-13s  %-12s  %-14s  %-9s  %-8s  %s%n";

  private static final int LIMIT_MAX = 100_000;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final ServicesOption option = new ServicesOption();

  @Option(names = "--limit", paramLabel = "N", description = "At most N of each service; 100.")
  private int limit = 100;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Range.require(spec, "--limit", limit, 1, LIMIT_MAX);
    var entries = Services.of(option).audit(limit);
    System.out.print(json ? entries + "\n" : table(entries));
    System.out.flush();
    return 0;
  }

  private static String table(List<JsonNode> entries) {
    if (entries.isEmpty()) {
      return "Nobody has asked anything.\n";
    }
    var table =
        new StringBuilder(
            ROW.formatted("TIME", "SERVICE", "OPERATOR", "ACTION", "OUTCOME", "DRY RUN", "WHAT"));
    for (var entry : entries) {
      table.append(
          ROW.formatted(
              entry.path("begunAt").asText().replaceFirst("\\.\\d+Z$", "Z"),
              entry.path("service").asText(),
              entry.path("operator").asText(),
              entry.path("action").asText(),
              entry.path("outcome").asText(),
              entry.path("dryRun").asBoolean() ? "dry run" : "-",
              what(entry)));
    }
    return table.toString();
  }

  private static String what(JsonNode entry) {
    var words = new StringBuilder(entry.path("subject").asText());
    for (var name : new String[] {"parameters", "reason", "detail"}) {
      var text = entry.path(name).asText();
      if (!text.isBlank()) {
        words.append("; ").append(name.equals("reason") ? "reason: " : "").append(text);
      }
    }
    return words.toString();
  }
}
