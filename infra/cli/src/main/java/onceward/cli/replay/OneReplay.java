package onceward.cli.replay;

import onceward.cli.program.ServicesOption;
import onceward.cli.replay.ReplayServices.Known;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The common part of the commands about one replay. */
final class OneReplay {

  @Mixin private final ServicesOption option = new ServicesOption();

  @Parameters(paramLabel = "ID", description = "The id of the replay, as `replay ls` shows it.")
  private String id = "";

  ReplayServices services() {
    return ReplayServices.of(option);
  }

  Known find() throws InterruptedException {
    return services().find(id);
  }
}
