package onceward.cli.subscription;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
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
      "For one through which messages do not flow, shows why, and the command that helps."
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
    var silent = new ArrayList<String>();
    for (var service : services.clients(ANSWER_LIMIT)) {
      try {
        for (var one : service.read("/messaging").path("subscriptions")) {
          subscriptions.add(((ObjectNode) one).put("service", service.name()));
        }
      } catch (StackException unanswered) {
        silent.add(unanswered.getMessage());
      }
    }
    var table = new SubscriptionsTable(subscriptions, services::command);
    System.out.print(json ? subscriptions + "\n" : table.text());
    System.out.flush();
    silent.forEach(sentence -> System.err.println("onceward: " + sentence));
    return !silent.isEmpty() ? UNREACHABLE : table.areWell() ? 0 : 1;
  }
}
