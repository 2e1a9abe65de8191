package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import onceward.cli.program.Answer;
import onceward.cli.program.Consent;
import onceward.cli.program.ServicesOption;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The common part of {@code retry} and {@code discard}: both ask before they change anything. */
final class Closing {

  @Mixin private final ServicesOption option = new ServicesOption();
  @Mixin private final Consent consent = new Consent();

  @Parameters(paramLabel = "ID", description = "The id of the dead letter, as `dlq ls` shows it.")
  private String id = "";

  @Option(names = "--json", description = "Prints the service's answer as JSON; needs --yes.")
  private boolean json;

  /** Exit code 0 when the letter is closed; 1 when the service refuses, or the user says no. */
  int run(String action, String what) throws Exception {
    var services = Services.of(option);
    var letter = services.letter(id);
    var sentence = what.formatted(describe(letter));
    return consent.obtain(sentence, sentence, () -> print(services.close(letter, action)));
  }

  private int print(Answer answer) {
    if (answer.isOk() || json) {
      System.out.println(answer.body());
    } else {
      System.err.println(answer.refusal());
    }
    return answer.isOk() ? 0 : 1;
  }

  private static String describe(JsonNode letter) {
    return "%s version %s of %s (%s)"
        .formatted(
            letter.path("type").asText("a record"),
            letter.path("version").asText("-"),
            letter.path("key").asText("-"),
            letter.path("service").asText());
  }
}
