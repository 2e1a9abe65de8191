package onceward.cli.subscription;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.stream.Collectors;
import onceward.cli.program.Answer;
import onceward.cli.program.Consent;
import onceward.cli.program.NotFoundException;
import onceward.cli.program.ProgramClient;
import onceward.cli.program.ServicesOption;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The common part of the commands about one subscription: they ask before they change anything. */
final class OneSubscription {

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  @Mixin private final ServicesOption services = new ServicesOption();
  @Mixin private final Consent consent = new Consent();

  @Parameters(
      index = "0",
      paramLabel = "CONSUMER",
      description = "The consumer, as `messaging status` names it.")
  private String consumer = "";

  @Parameters(
      index = "1",
      paramLabel = "TOPIC",
      description = "The topic, as `messaging status` names it.")
  private String topic = "";

  @Option(names = "--json", description = "Prints the service's answer as JSON; needs --yes.")
  private boolean json;

  /** A subscription, and the service that has it. */
  record Known(ProgramClient service, JsonNode subscription) {}

  String topic() {
    return topic;
  }

  /**
   * The subscription that is meant.
   *
   * @throws NotFoundException if no service has it
   */
  Known find() throws InterruptedException {
    var asked = services.clients(ANSWER_LIMIT);
    for (var program : asked) {
      for (var subscription : program.read("/messaging").path("subscriptions")) {
        if (subscription.path("consumer").asText().equals(consumer)
            && subscription.path("topic").asText().equals(topic)) {
          return new Known(program, subscription);
        }
      }
    }
    throw new NotFoundException(
        "there is no subscription of %s on %s in %s; `%s` lists them"
            .formatted(
                consumer,
                topic,
                asked.stream().map(ProgramClient::name).collect(Collectors.joining(" or ")),
                services.command("messaging status")));
  }

  /**
   * Posts after the user has agreed. Exit code 0 when the service does it, 1 when it refuses or the
   * user says no.
   *
   * @param action the end of the path; empty to resume
   * @param done the end of a sentence that begins with consumer and topic
   */
  int run(Known known, String action, String what, String question, String done) throws Exception {
    return consent.obtain(
        what,
        question,
        () ->
            print(
                known
                    .service()
                    .post(
                        "/messaging/%s/%s%s"
                            .formatted(
                                ProgramClient.encoded(consumer),
                                ProgramClient.encoded(topic),
                                action)),
                done));
  }

  private int print(Answer answer, String done) {
    if (!answer.isOk()) {
      System.err.println(answer.refusal());
      return 1;
    }
    System.out.println(json ? answer.body() : "%s in %s %s".formatted(consumer, topic, done));
    return 0;
  }
}
