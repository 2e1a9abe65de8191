package onceward.cli.subscription;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import onceward.cli.program.ProgramClient;
import onceward.cli.program.ServicesOption;
import onceward.localstack.process.StackException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code onceward messaging status}: exit code 1 when messages do not flow through a subscription,
 * 3 when a service does not answer, so that a script notices.
 */
@Command(
    name = "status",
    description = {
      "Shows how each consumer stands: whether messages flow, how many lie ahead, and which partitions are stopped.",
      "For one through which messages do not flow, shows why, and the command that helps.",
      "Lists open dead letters by consumer and cause; --json leaves these to `dlq groups --json`."
    },
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
  private static final int UNREACHABLE = 3;

  @Mixin private final ServicesOption services = new ServicesOption();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    var subscriptions = new ArrayList<JsonNode>();
    var deadLetters = new ArrayList<JsonNode>();
    var silent = new ArrayList<String>();
    for (var service : services.clients(ANSWER_LIMIT)) {
      try {
        for (var one : service.read("/messaging").path("subscriptions")) {
          subscriptions.add(((ObjectNode) one).put("service", service.name()));
        }
        if (!json) {
          deadLetters.addAll(deadLetters(service));
        }
      } catch (StackException unanswered) {
        silent.add(unanswered.getMessage());
      }
    }
    var table = new SubscriptionsTable(subscriptions, deadLetters, services::command);
    System.out.print(json ? subscriptions + "\n" : table.text());
    System.out.flush();
    silent.forEach(sentence -> System.err.println("onceward: " + sentence));
    return !silent.isEmpty() ? UNREACHABLE : table.areWell() ? 0 : 1;
  }

  /** The groups of open letters; none of a service that does not show its letters. */
  private static List<JsonNode> deadLetters(ProgramClient service) throws InterruptedException {
    var answer = service.get("/dead-letters/groups");
    return answer.isOk()
        ? StreamSupport.stream(answer.json().path("groups").spliterator(), false)
            .<JsonNode>map(group -> ((ObjectNode) group).put("service", service.name()))
            .toList()
        : List.of();
  }
}
