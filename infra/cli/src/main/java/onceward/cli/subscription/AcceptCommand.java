package onceward.cli.subscription;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import onceward.cli.program.Answer;
import onceward.cli.program.Consent;
import onceward.cli.program.NotFoundException;
import onceward.cli.program.ProgramClient;
import onceward.cli.program.ServicesOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code onceward messaging accept}: asks first, because messages may be missing for good. */
@Command(
    name = "accept",
    description = {
      "Lets a consumer continue in its stopped partitions, at the first record that is left.",
      "The consumer does not handle the records that are gone, unless they are published again."
    },
    mixinStandardHelpOptions = true)
final class AcceptCommand implements Callable<Integer> {

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  @Mixin private final ServicesOption services = new ServicesOption();
  @Mixin private final Consent consent = new Consent();

  @Parameters(
      index = "0",
      paramLabel = "CONSUMER",
      description = "The consumer, as readiness names it.")
  private String consumer = "";

  @Parameters(index = "1", paramLabel = "TOPIC", description = "The topic, as readiness names it.")
  private String topic = "";

  @Option(names = "--json", description = "Prints the service's answer as JSON; needs --yes.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    var asked = services.clients(ANSWER_LIMIT);
    for (var program : asked) {
      for (var subscription : program.read("/messaging").path("subscriptions")) {
        if (isMeant(subscription)) {
          return accept(program, subscription);
        }
      }
    }
    throw new NotFoundException(
        "there is no subscription of %s on %s in %s"
            .formatted(
                consumer,
                topic,
                asked.stream().map(ProgramClient::name).collect(Collectors.joining(" or "))));
  }

  private boolean isMeant(JsonNode subscription) {
    return subscription.path("consumer").asText().equals(consumer)
        && subscription.path("topic").asText().equals(topic);
  }

  private int accept(ProgramClient program, JsonNode subscription) throws Exception {
    var losses = new StringBuilder();
    subscription
        .path("partitions")
        .properties()
        .forEach(partition -> {
          var stopped = partition.getValue().path("stopped").asText();
          if (!stopped.isEmpty()) {
            losses.append("\n%s: %s".formatted(partition.getKey(), stopped));
          }
        });
    var what = "continue without the records that are gone from %s:%s".formatted(topic, losses);
    return consent.obtain(
        what,
        what + "\nContinue anyway",
        () -> print(program.post("/messaging/%s/%s/accept".formatted(consumer, topic))));
  }

  private int print(Answer answer) {
    if (json) {
      System.out.println(answer.body());
    } else if (answer.isOk()) {
      System.out.printf("%s continues in %s at the first record that is left.%n", consumer, topic);
    } else {
      System.err.println(answer.refusal());
    }
    return answer.isOk() ? 0 : 1;
  }
}
