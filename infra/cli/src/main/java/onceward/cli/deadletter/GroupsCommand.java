package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import onceward.cli.program.ServicesOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceward dlq groups}: exit code 1 when there are open letters, as {@code dlq ls}. */
@Command(
    name = "groups",
    description =
        "Lists the open dead letters by cause: consumer, exception and place in the code.",
    mixinStandardHelpOptions = true)
final class GroupsCommand implements Callable<Integer> {

  private static final String ROW = "%-12s  %7s  %8s  %-20s  %-20s  %-13s  %-20s  %s%n";

  @Mixin private final ServicesOption option = new ServicesOption();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    var services = Services.of(option);
    var groups = services.groups();
    System.out.print(
        json ? groups + "\n" : table(groups) + "Asked: %s.\n".formatted(services.names()));
    System.out.flush();
    return groups.isEmpty() ? 0 : 1;
  }

  private static String table(List<JsonNode> groups) {
    if (groups.isEmpty()) {
      return "No dead letters.\n";
    }
    var table =
        new StringBuilder(
            ROW.formatted(
                "GROUP",
                "OPEN",
                "ATTEMPTS",
                "FIRST SEEN",
                "LAST SEEN",
                "SERVICE",
                "CONSUMER",
                "EXCEPTION"));
    for (var group : groups) {
      table.append(
          ROW.formatted(
              group.path("group").asText(),
              group.path("open").asText(),
              group.path("attempts").asText(),
              toTheSecond(group.path("firstSeen")),
              toTheSecond(group.path("lastSeen")),
              group.path("service").asText(),
              group.path("consumer").asText(),
              group.path("exception").asText()));
    }
    return table.toString();
  }

  private static String toTheSecond(JsonNode time) {
    return time.asText().replaceFirst("\\.\\d+Z$", "Z");
  }
}
