package onceward.cli.relay;

import onceward.cli.program.RelayOption;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The common part of the commands about one pipeline. */
final class OnePipeline {

  @Mixin private final RelayOption option = new RelayOption();

  @Parameters(
      paramLabel = "PIPELINE",
      description = "The name of the pipeline, as `relay status` shows it.")
  private String name = "";

  @Option(names = "--json", description = "Prints the relay's answer as JSON.")
  private boolean json;

  String name() {
    return name;
  }

  Relay relay() {
    return Relay.of(option);
  }

  /**
   * Posts the action. Exit code 0 when the relay does it, 1 when the relay refuses.
   *
   * @param done the sentence to print when the relay does it
   */
  int post(String action, String done) throws InterruptedException {
    var answer = relay().post(name, action);
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
