package onceward.cli.republish;

import onceward.cli.program.RelayOption;
import onceward.cli.republish.Requests.Known;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The common part of the commands about one request. */
final class OneRequest {

  @Mixin private final RelayOption option = new RelayOption();

  @Parameters(
      paramLabel = "REQUEST",
      description = "The request, as `republish ls` shows it, such as auth/3.")
  private String name = "";

  Known find() throws InterruptedException {
    return Requests.of(option).find(name);
  }
}
