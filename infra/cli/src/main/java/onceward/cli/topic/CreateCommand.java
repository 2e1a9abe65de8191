package onceward.cli.topic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import onceward.cli.stack.HomeOption;
import onceward.localstack.LocalStack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code onceward topic create}: exit code 1 when Kafka refuses the topic, or there is one of that
 * name that is not as asked for. A topic that is as asked for is fine.
 */
@Command(
    name = "create",
    description = "Creates a topic with the settings that messages need.",
    mixinStandardHelpOptions = true)
final class CreateCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec command = CommandSpec.create();
  @Mixin private final HomeOption home = new HomeOption();

  @Parameters(
      paramLabel = "TOPIC",
      description = "The name of the topic, such as order.events for an aggregate order.")
  private String topic = "";

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = {
        "How many partitions (default ${DEFAULT-VALUE}): at most as many consumers share the work.",
        "Partitions that are added later break the order of each key."
      })
  private int partitions = 12;

  @Option(
      names = "--retention",
      paramLabel = "TIME",
      converter = Retention.Reader.class,
      description = "How long Kafka keeps messages, in days or hours (default: 7d).")
  private Retention retention = new Retention(Duration.ofDays(7));

  @Option(
      names = "--inbox-retention",
      paramLabel = "TIME",
      converter = Retention.Reader.class,
      description = {
        "The value of messaging.retention.inbox at the consumers (default: 30d).",
        "A topic must not keep messages for longer than an inbox remembers them."
      })
  private Retention inbox = new Retention(Duration.ofDays(30));

  @Option(
      names = "--replication",
      paramLabel = "N",
      description = "How many brokers keep each message (default: 3, or all if there are fewer).")
  private @Nullable Integer replication;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT,...",
      description = "The Kafka cluster (default: that of the local stack).")
  private @Nullable String servers;

  @Option(
      names = "--client-properties",
      paramLabel = "FILE",
      description = "A file with properties of Kafka clients, for TLS or a login.")
  private @Nullable Path clientProperties;

  @Option(names = "--dry-run", description = "Lets Kafka check the topic, and creates nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    requireUsable();
    TopicResult result = create();
    System.out.print(json ? JSON.writeValueAsString(result) + "\n" : result.text());
    System.out.flush();
    return result.holds() ? 0 : 1;
  }

  private TopicResult create() {
    try (Brokers brokers = brokers()) {
      Optional<Integer> chosen = Optional.ofNullable(replication);
      int count = chosen.isPresent() ? chosen.get() : brokers.count();
      return brokers.create(TopicPlan.of(topic, partitions, chosen, count, retention), dryRun);
    }
  }

  private Brokers brokers() {
    if (servers != null) {
      return Brokers.at(servers, clientProperties);
    }
    LocalStack stack = LocalStack.attach(home.path());
    return Brokers.at(stack.kafka().bootstrapServers(), stack.operatorLogin());
  }

  private void requireUsable() {
    if (partitions < 1) {
      throw usage("--partitions is at least 1");
    }
    if (replication != null && (replication < 1 || replication > Short.MAX_VALUE)) {
      throw usage("--replication is at least 1");
    }
    TopicPlan.fault(retention, inbox)
        .ifPresent(fault -> {
          throw usage(fault);
        });
  }

  private ParameterException usage(String fault) {
    return new ParameterException(command.commandLine(), fault);
  }
}
