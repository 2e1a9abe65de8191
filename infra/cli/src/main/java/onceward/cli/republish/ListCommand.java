package onceward.cli.republish;

import java.util.concurrent.Callable;
import onceward.cli.program.RelayOption;
import onceward.cli.republish.Requests.Known;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceward republish ls}. */
@Command(
    name = "ls",
    description = "Lists the latest requests of each pipeline, newest first.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {

  private static final String ROW = "%-14s  %-10s  %-20s  %11s  %11s  %-16s  %s%n";

  @Mixin private final RelayOption option = new RelayOption();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    var requests = Requests.of(option).latest();
    if (json) {
      System.out.println(requests.stream().map(Known::request).toList());
    } else if (requests.isEmpty()) {
      System.out.println("No republish requests.");
    } else {
      System.out.printf(
          ROW, "REQUEST", "STATE", "REQUESTED", "MESSAGES", "PUBLISHED", "OPERATOR", "REASON");
      requests.forEach(ListCommand::print);
    }
    System.out.flush();
    return 0;
  }

  private static void print(Known known) {
    var request = known.request();
    System.out.printf(
        ROW,
        known.name(),
        known.state(),
        request.path("requestedAt").asText().replaceAll("\\.\\d+", ""),
        request.path("messages").asLong(),
        request.path("published").asLong(),
        request.path("operator").asText(),
        request.path("reason").asText("-"));
  }
}
