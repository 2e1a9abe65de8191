package onceward.cli.relay;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import onceward.cli.stack.HomeOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code onceward relay status}: exit code 1 when a pipeline neither streams nor stands by, so that
 * a script notices.
 */
@Command(
    name = "status",
    description = "Shows how each pipeline stands; for one that is stopped, how to mend it.",
    mixinStandardHelpOptions = true)
final class PipelinesCommand implements Callable<Integer> {

  private static final String ROW = "%-10s  %-11s  %-20s  %9s  %9s  %9s  %-8s  %s%n";
  private static final Set<String> WELL = Set.of("STREAMING", "STANDBY");
  private static final double MIB = 1024.0 * 1024.0;

  @Mixin private final HomeOption home = new HomeOption();

  @Option(names = "--json", description = "As JSON on standard output.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    var pipelines = new Relay(home.path()).pipelines();
    System.out.print(json ? pipelines + "\n" : table(pipelines));
    System.out.flush();
    return pipelines.stream().allMatch(PipelinesCommand::isWell) ? 0 : 1;
  }

  private static boolean isWell(JsonNode pipeline) {
    return WELL.contains(pipeline.path("state").asText());
  }

  private static String table(List<JsonNode> pipelines) {
    var table =
        new StringBuilder(
            ROW.formatted(
                "PIPELINE",
                "STATE",
                "SINCE",
                "CANARY",
                "RETAINED",
                "PUBLISHED",
                "RESTARTS",
                "REASON"));
    for (var pipeline : pipelines) {
      table.append(
          ROW.formatted(
              pipeline.path("pipeline").asText(),
              pipeline.path("state").asText(),
              pipeline.path("since").asText().replaceAll("\\.\\d+", ""),
              pipeline.has("canaryAgeSeconds")
                  ? "%.1f s".formatted(pipeline.path("canaryAgeSeconds").asDouble())
                  : "-",
              pipeline.has("retainedBytes")
                  ? "%.1f MiB".formatted(pipeline.path("retainedBytes").asLong() / MIB)
                  : "-",
              pipeline.path("published").asText(),
              pipeline.path("restarts").asText(),
              pipeline.path("reason").asText(pipeline.path("sentence").asText())));
    }
    pipelines.stream()
        .filter(pipeline -> pipeline.has("remedy"))
        .forEach(stopped ->
            table.append(
                "%n%s: %s%n  %s%n"
                    .formatted(
                        stopped.path("pipeline").asText(),
                        stopped.path("sentence").asText(),
                        stopped.path("remedy").asText())));
    return table.toString();
  }
}
