package onceward.cli.saga;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import onceward.cli.program.ProgramClient;
import onceward.cli.program.Range;
import onceward.cli.program.ServicesOption;
import onceward.localstack.process.StackException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code onceward saga ls}: exit code 1 when a saga is past its deadline, so a script notices. */
@Command(
    name = "ls",
    description = "Lists the sagas that have not ended, or those in a state, oldest first.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {

  private static final Duration ACTION_LIMIT = Duration.ofSeconds(10);
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int LIMIT_MAX = 100_000;
  private static final String ROW = "%-36s  %-8s  %-9s  %-8s  %-28s  %s%n";

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final ServicesOption option = new ServicesOption();

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only sagas in this state, such as PENDING or REJECTED (default: not ended).")
  private @Nullable String state;

  @Option(
      names = "--older-than",
      paramLabel = "SECONDS",
      description = "Only sagas that began so long ago (default ${DEFAULT-VALUE}).")
  private long olderThanSeconds;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many are listed (default ${DEFAULT-VALUE}).")
  private int limit = 1_000;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Range.require(spec, "--limit", limit, 1, LIMIT_MAX);
    Range.require(spec, "--older-than", olderThanSeconds, 0, Integer.MAX_VALUE);
    var sagas = new ArrayList<JsonNode>();
    var services = option.clients(ACTION_LIMIT);
    var answered = 0;
    for (var service : services) {
      answered += add(service, sagas) ? 1 : 0;
    }
    if (answered == 0) {
      throw new StackException(
          "None of these has sagas: %s. A service that has some shows them on its management port."
              .formatted(
                  services.stream().map(ProgramClient::name).collect(Collectors.joining(", "))));
    }
    System.out.print(json ? sagas + "\n" : table(sagas));
    System.out.flush();
    return sagas.stream().anyMatch(saga -> saga.path("overdue").asBoolean()) ? 1 : 0;
  }

  /** False if the service has no sagas of its own. */
  private boolean add(ProgramClient service, List<JsonNode> sagas) throws InterruptedException {
    var after = "";
    while (sagas.size() < limit) {
      var page = page(service, after);
      if (page == null) {
        return false;
      }
      if (page.isEmpty()) {
        return true;
      }
      for (var saga : page) {
        if (sagas.size() < limit) {
          sagas.add(saga);
        }
        after = "&after=" + saga.path("id").asText();
      }
    }
    return true;
  }

  /** Null if the service has no such page. */
  private @Nullable JsonNode page(ProgramClient service, String after) throws InterruptedException {
    var chosen = state == null ? "" : "&state=" + URLEncoder.encode(state, StandardCharsets.UTF_8);
    var answer = service.get("/sagas?olderThanSeconds=" + olderThanSeconds + chosen + after);
    if (answer.status() == NOT_FOUND) {
      return null;
    }
    if (answer.status() == BAD_REQUEST) {
      throw new ParameterException(
          spec.commandLine(), "%s: %s".formatted(service.name(), answer.refusal()));
    }
    if (!answer.isOk()) {
      throw new StackException(
          "%s answers %d to GET /sagas: %s"
              .formatted(service.name(), answer.status(), answer.refusal()));
    }
    return answer.json().path("sagas");
  }

  private static String table(List<JsonNode> sagas) {
    if (sagas.isEmpty()) {
      return "No sagas.\n";
    }
    var table =
        new StringBuilder(ROW.formatted("ID", "SAGA", "STATE", "AGE s", "DEADLINE", "REASON"));
    for (var saga : sagas) {
      table.append(
          ROW.formatted(
              text(saga, "id"),
              text(saga, "saga"),
              text(saga, "state"),
              text(saga, "ageSeconds"),
              text(saga, "deadline") + (saga.path("overdue").asBoolean() ? " (past)" : ""),
              text(saga, "reason")));
    }
    return table.toString();
  }

  private static String text(JsonNode saga, String field) {
    return saga.path(field).asText("-");
  }
}
