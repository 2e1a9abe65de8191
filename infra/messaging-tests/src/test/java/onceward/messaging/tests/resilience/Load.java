package onceward.messaging.tests.resilience;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageRecords;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestServers;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Messages of many aggregates, each with rising versions from 1, sent at an even rate until told to
 * stop. Some are sent twice, as the relay may.
 */
final class Load implements AutoCloseable {

  static final String TYPE = "Moved";

  private static final int AGGREGATES = 300;
  private static final int TICK_MS = 10;
  private static final int TWICE_ONE_IN = 50;

  /** A message, by what the order of its effects is judged. */
  record Sent(String aggregate, long version) {}

  private final String aggregateType;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Map<String, Long> versions = new HashMap<>();
  private final Map<UUID, Sent> sent = new LinkedHashMap<>();
  private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();

  private Load(String aggregateType) {
    this.aggregateType = aggregateType;
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                TestServers.kafka().bootstrapServers(),
                ProducerConfig.LINGER_MS_CONFIG,
                2),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Begins to send on the topic of that aggregate type. */
  static Load start(String aggregateType, int perSecond) {
    var load = new Load(aggregateType);
    var perTick = perSecond * TICK_MS / 1_000;
    var _ = load.timer.scheduleAtFixedRate(() -> load.tick(perTick), 0, TICK_MS, MILLISECONDS);
    return load;
  }

  /** Ends, and returns all that was sent once Kafka has it. */
  Map<UUID, Sent> stop() throws InterruptedException {
    timer.shutdown();
    assertThat(timer.awaitTermination(20, SECONDS)).isTrue();
    producer.flush();
    assertThat(failures).as("what Kafka refused").isEmpty();
    return sent;
  }

  private void tick(int messages) {
    try {
      for (var message = 0; message < messages; message++) {
        send();
      }
    } catch (RuntimeException failed) {
      failures.add(failed);
    }
  }

  private void send() {
    var random = ThreadLocalRandom.current();
    var aggregate = "a-" + random.nextInt(AGGREGATES);
    var version = versions.merge(aggregate, 1L, Long::sum);
    var id = TestMessages.newId();
    sent.put(id, new Sent(aggregate, version));
    var message =
        new Message(id, aggregateType, aggregate, version, TYPE, "{}", MessageContext.NONE);
    var copies = random.nextInt(TWICE_ONE_IN) == 0 ? 2 : 1;
    for (var copy = 0; copy < copies; copy++) {
      var _ =
          producer.send(
              MessageRecords.toRecord(message, "/onceward/test"),
              (_, failure) -> {
                if (failure != null) {
                  failures.add(failure);
                }
              });
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    producer.close();
  }
}
