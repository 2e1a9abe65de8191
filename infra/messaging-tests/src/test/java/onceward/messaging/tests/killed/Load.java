package onceward.messaging.tests.killed;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.tests.BulkPublisher;

/** Publishes a message for each of some aggregates, again and again, and knows what it sent. */
final class Load implements AutoCloseable {

  private static final int AGGREGATES = 20;
  private static final int EVERY_MS = 200;

  private final String aggregateType;
  private final BulkPublisher publisher = new BulkPublisher();
  private final Map<String, List<UUID>> published = new TreeMap<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  Load(String aggregateType) {
    this.aggregateType = aggregateType;
  }

  /** Goes on until closed. */
  void start() {
    var _ = clock.scheduleAtFixedRate(this::publish, 0, EVERY_MS, MILLISECONDS);
  }

  /** One message for each aggregate. */
  void publish() {
    for (var aggregate = 0; aggregate < AGGREGATES; aggregate++) {
      var key = "aggregate-" + aggregate;
      var ids = published.computeIfAbsent(key, _ -> new ArrayList<>());
      ids.add(TestMessages.newId());
      publisher.publish(
          new Message(
              ids.getLast(),
              aggregateType,
              key,
              ids.size(),
              LedgerProgram.TYPE,
              "{\"deadly\":false}",
              MessageContext.NONE));
    }
  }

  /** The messages of each aggregate in the order of their versions; complete when closed. */
  Map<String, List<UUID>> published() {
    return published;
  }

  int size() {
    return published.values().stream().mapToInt(List::size).sum();
  }

  @Override
  public void close() {
    clock.close();
    publisher.close();
  }
}
