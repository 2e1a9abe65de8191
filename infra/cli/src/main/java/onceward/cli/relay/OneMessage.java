package onceward.cli.relay;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;
import onceward.cli.program.Answer;
import onceward.cli.program.Consent;
import onceward.cli.program.RelayOption;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The common part of the commands about one message: they ask before they change anything. */
final class OneMessage {

  @Mixin private final RelayOption option = new RelayOption();
  @Mixin private final Consent consent = new Consent();

  @Parameters(
      paramLabel = "MESSAGE-ID",
      description = "As `relay status` or `relay parked` shows it.")
  private UUID id = new UUID(0, 0);

  @Option(names = "--json", description = "Prints the relay's answer as JSON; needs --yes.")
  private boolean json;

  UUID id() {
    return id;
  }

  Relay relay() {
    return Relay.of(option);
  }

  /**
   * Exit code 0 when the relay does it; 1 when the relay refuses, or the user says no.
   *
   * @param what would be done: the rest of a sentence that begins with "Would"
   */
  int run(String pipeline, String action, String what, String done) throws Exception {
    return consent.obtain(what, what, () -> print(relay().post(pipeline, action, id), done));
  }

  /** A parked message in words. */
  static String describe(JsonNode message) {
    return "%s of %s %s"
        .formatted(
            message.path("type").asText("a change"),
            message.path("aggregateType").asText("-"),
            message.path("aggregateId").asText("-"));
  }

  private int print(Answer answer, String done) {
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
