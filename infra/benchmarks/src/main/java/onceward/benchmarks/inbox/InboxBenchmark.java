package onceward.benchmarks.inbox;

import java.time.Duration;
import java.util.Map;
import onceward.benchmarks.Figures;
import onceward.benchmarks.Payload;
import onceward.benchmarks.Service;
import onceward.messaging.testkit.TestServers;
import onceward.messaging.testkit.TestService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Method: a topic is filled, then read to its end by one consumer, and by a loop that claims and
 * handles the same messages row at a time: in a transaction each, with the same polls, partitions
 * side by side and the offset committed once per poll. Each reads a topic of its own.
 */
@Command(
    name = "inbox",
    description =
        "Measures the messages per second of one consumer, and of one that handles row at a time.",
    mixinStandardHelpOptions = true)
public final class InboxBenchmark implements Runnable {

  @Option(names = "--messages", defaultValue = "200000", description = "Messages for the consumer.")
  private int messages;

  @Option(
      names = "--rows",
      defaultValue = "20000",
      description = "Messages for the consumer that handles row at a time.")
  private int rows;

  @Option(
      names = "--inserts",
      defaultValue = "0",
      description = "Rows that the handler inserts for each message.")
  private int inserts;

  @Option(names = "--versions", description = "Checks versions as well.")
  private boolean versions;

  @Option(names = "--protocol", description = "The group protocol: classic or consumer.")
  private String protocol = "classic";

  @Mixin private final Figures figures = new Figures();

  @Override
  public void run() {
    try (var surroundings = TestService.create("bench", "batch.events", "row.events")) {
      var filling = new Filling(TestServers.kafka().bootstrapServers());
      filling.fill("batch", messages, Payload.ofBytes(400));
      filling.fill("row", rows, Payload.ofBytes(400));
      var batch = perSecond(messages, consume(surroundings));
      var row = perSecond(rows, consumeRowAtATime(surroundings));
      figures
          .add("messages", messages)
          .add("payload bytes", 400)
          .add("inserts per message", inserts)
          .add("versions checked", versions)
          .add("group protocol", protocol)
          .add("batch messages/s", batch)
          .add("row at a time messages/s", row)
          .add("batch / row at a time", batch / row)
          .print("inbox");
    }
  }

  private Duration consume(TestService surroundings) {
    try (var service =
        Service.start(
            surroundings,
            Map.of(
                "bench.subscription", true,
                "bench.versions", versions,
                "bench.inserts", inserts,
                "messaging.group-protocol", protocol))) {
      return service.bean(Counting.class).awaitHandled(messages);
    }
  }

  private Duration consumeRowAtATime(TestService surroundings) {
    try (var service = Service.start(surroundings, Map.of("bench.inserts", inserts))) {
      return new RowAtATime(service, TestServers.kafka().bootstrapServers()).consume(rows);
    }
  }

  private static double perSecond(int count, Duration duration) {
    return count / (duration.toNanos() / 1e9);
  }
}
