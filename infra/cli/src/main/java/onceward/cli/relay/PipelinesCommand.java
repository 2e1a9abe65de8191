package onceward.cli.relay;

import java.util.concurrent.Callable;
import onceward.cli.program.RelayOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code onceward relay status}: exit code 1 when a pipeline neither streams nor stands by, so that
 * a script notices.
 */
@Command(
    name = "status",
    description =
        "Shows the state of each pipeline. For a stopped one, shows the command that removes the cause.",
    mixinStandardHelpOptions = true)
final class PipelinesCommand implements Callable<Integer> {

  @Mixin private final RelayOption option = new RelayOption();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Option(
      names = "--history",
      description = "Shows the last 50 transitions of each pipeline too, oldest first.")
  private boolean history;

  @Override
  public Integer call() throws InterruptedException {
    var relay = Relay.of(option);
    var pipelines = relay.pipelines();
    var table = new PipelinesTable(pipelines, option::complete);
    System.out.print(json ? pipelines + "\n" : table.text() + (history ? table.history() : ""));
    System.out.flush();
    return table.areWell() ? 0 : 1;
  }
}
