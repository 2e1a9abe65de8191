package onceward.cli.relay;

import onceward.cli.stack.HomeOption;
import onceward.localstack.Commands;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the commands that tell a pipeline something have in common. */
final class Telling {

  @Mixin private final HomeOption home = new HomeOption();

  @Parameters(paramLabel = "PIPELINE", description = "As `relay status` shows it.")
  private String pipeline = "";

  @Option(names = "--json", description = "The relay's answer as JSON.")
  private boolean json;

  String pipeline() {
    return pipeline;
  }

  /** The commands of the stack that the relay belongs to. */
  Commands commands() {
    return home.commands();
  }

  Relay relay() {
    return Relay.of(home.path());
  }

  /**
   * Exit code 0 when it is told, 1 when the relay says why not.
   *
   * @param done what is said then
   */
  int tell(String action, String done) throws InterruptedException {
    var answer = relay().tell(pipeline, action);
    if (json) {
      System.out.println(answer.body());
    } else if (answer.isOk()) {
      System.out.println(done);
    } else {
      System.err.println(answer.refusal());
    }
    return answer.isOk() ? 0 : 1;
  }
}
