package onceward.cli.replay;

import java.util.concurrent.Callable;
import onceward.cli.program.ServicesOption;
import onceward.cli.replay.ReplayServices.Known;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceward replay ls}. */
@Command(
    name = "ls",
    description = "Lists the latest replays, newest first.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {

  private static final String ROW = "%-36s  %-20s  %-20s  %-7s  %-9s  %10s  %7s  %s%n";

  @Mixin private final ServicesOption option = new ServicesOption();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    var replays = ReplayServices.of(option).latest();
    if (json) {
      System.out.println(replays.stream().map(Known::json).toList());
    } else if (replays.isEmpty()) {
      System.out.println("No replays.");
    } else {
      System.out.printf(
          ROW, "REPLAY", "CONSUMER", "TOPIC", "MODE", "STATE", "HANDLED", "FAILED", "RECORDS");
      replays.forEach(ListCommand::print);
    }
    System.out.flush();
    return 0;
  }

  private static void print(Known known) {
    var replay = known.replay();
    System.out.printf(
        ROW,
        known.id(),
        replay.path("consumer").asText(),
        replay.path("topic").asText(),
        replay.path("mode").asText(),
        known.state(),
        replay.path("counts").path("handled").asLong(),
        replay.path("counts").path("failed").asLong(),
        replay.path("selection").asText());
  }
}
