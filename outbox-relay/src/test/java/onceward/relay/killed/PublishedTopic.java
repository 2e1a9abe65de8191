package onceward.relay.killed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import onceward.localstack.kafka.Topic;
import onceward.messaging.Message;
import onceward.messaging.MessageRecords;
import onceward.messaging.testkit.TestServers;
import onceward.relay.TopicEnd;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What a topic of some partitions tells a reader, mostly of what is committed. Keeps of every
 * message only what is compared.
 */
final class PublishedTopic implements AutoCloseable {

  private static final int PARTITIONS = 3;
  private static final Duration POLL = Duration.ofMillis(20);
  private static final String SOURCE = "ce_source";

  private final String aggregateType;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Set<UUID> ids = new HashSet<>();
  private final Set<String> keys = new HashSet<>();
  private final Map<String, Integer> bySource = new HashMap<>();

  /** A new topic, read by whom sees only what is committed. */
  static PublishedTopic create() {
    var aggregateType = "thing-" + UUID.randomUUID();
    TestServers.kafka()
        .createTopics(
            new Topic(Message.topicOf(aggregateType), PARTITIONS, 1024 * 1024, Duration.ofDays(1)));
    return new PublishedTopic(aggregateType, IsolationLevel.READ_COMMITTED);
  }

  /** Another reader of the same topic; it also sees what was aborted, or is not committed yet. */
  PublishedTopic uncommitted() {
    return new PublishedTopic(aggregateType, IsolationLevel.READ_UNCOMMITTED);
  }

  private PublishedTopic(String aggregateType, IsolationLevel isolation) {
    this.aggregateType = aggregateType;
    var partitions =
        IntStream.range(0, PARTITIONS)
            .mapToObj(number -> new TopicPartition(Message.topicOf(aggregateType), number))
            .toList();
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                TestServers.kafka().bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                isolation.toString(),
                // Closing it waits for the answer to what it has asked for last.
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                50,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(partitions);
  }

  String aggregateType() {
    return aggregateType;
  }

  /** Reads what there is by now. */
  void readOn() {
    TopicEnd.readTo(consumer, this::read);
  }

  /** Waits a little for more. */
  void poll() {
    consumer.poll(POLL).forEach(this::read);
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    var message = MessageRecords.toMessage(record);
    var source = new String(record.headers().lastHeader(SOURCE).value(), UTF_8);
    bySource.merge(source, 1, Integer::sum);
    ids.add(message.id());
    keys.add(message.aggregateId());
  }

  boolean has(String key) {
    return keys.contains(key);
  }

  Set<UUID> ids() {
    return ids;
  }

  /** How many messages, repetitions included, name the source. */
  int from(String source) {
    return bySource.getOrDefault(source, 0);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
