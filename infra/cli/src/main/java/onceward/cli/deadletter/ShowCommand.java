package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import onceward.cli.program.OperatorOption;
import onceward.cli.program.ServicesOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code onceward dlq show}: everything that is known of one dead letter, open or closed. */
@Command(
    name = "show",
    description =
        "Shows where one dead letter comes from, why it failed, what was tried, and what waits behind it.",
    mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {

  @Mixin private final ServicesOption option = new ServicesOption();
  @Mixin private final OperatorOption operator = new OperatorOption();

  @Parameters(paramLabel = "ID", description = "The id of the dead letter, as `dlq ls` shows it.")
  private String id = "";

  @Option(
      names = "--payload",
      description = {
        "Shows the payload too, if the service runs with messaging.dead-letters.show-payload=true.",
        "The service's audit keeps who has read it."
      })
  private boolean payload;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    var services = Services.of(option);
    var letter = services.letter(id);
    if (payload) {
      var answer = services.close(letter, "show", operator.body());
      if (!answer.isOk()) {
        System.err.println(answer.refusal());
        return 1;
      }
      letter = answer.json();
    }
    System.out.print(json ? letter + "\n" : lines(letter));
    System.out.flush();
    return 0;
  }

  private static String lines(JsonNode letter) {
    var lines = new StringBuilder(Lines.of(letter, "history", "behind"));
    lines.append("history\n");
    for (var attempt : letter.path("history")) {
      lines.append(
          "  %s  %-9s  %s%s%n"
              .formatted(
                  attempt.path("at").asText(),
                  attempt.path("outcome").asText(),
                  attempt.path("operator").asText("the consumer"),
                  rest(attempt)));
    }
    if (!letter.path("behind").isEmpty()) {
      lines.append("behind it wait\n");
      for (var message : letter.path("behind")) {
        lines.append(
            "  %s  %s version %s, since %s%n"
                .formatted(
                    message.path("messageId").asText(),
                    message.path("type").asText(),
                    message.path("version").asText(),
                    message.path("parkedAt").asText()));
      }
    }
    return lines.toString();
  }

  private static String rest(JsonNode attempt) {
    var rest = new StringBuilder();
    for (var name : new String[] {"job", "exception", "reason"}) {
      if (attempt.hasNonNull(name)) {
        rest.append(", ").append(name.equals("exception") ? "" : name + ": ");
        rest.append(attempt.path(name).asText());
      }
    }
    return rest.toString();
  }
}
