package onceward.cli.relay;

import onceward.cli.stack.HomeOption;
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

  Relay relay() {
    return new Relay(home.path());
  }

  /** Exit code 0 when it is told, 1 when the relay says why not. */
  int tell(String action, String done) throws InterruptedException {
    var answer = relay().tell(pipeline, action);
    var told = answer.statusCode() == 200;
    if (json) {
      System.out.println(answer.body());
    } else if (told) {
      System.out.println(done.formatted(pipeline));
    } else {
      System.err.println(message(answer.body(), Relay.read(answer).path("message").asText()));
    }
    return told ? 0 : 1;
  }

  private static String message(String body, String message) {
    return message.isEmpty() ? body : message;
  }
}
