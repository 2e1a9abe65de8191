package onceward.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.localstack.kafka.Topic;
import onceward.messaging.Message;
import onceward.messaging.testkit.TestServers;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads one topic from its beginning. Topics of tests have one partition and a name of their own.
 */
final class TopicReader implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(50);

  private final String aggregateType;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  /** Of a new kind of aggregate, whose topic does not exist yet. */
  TopicReader() {
    aggregateType = "thing-" + UUID.randomUUID();
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                TestServers.kafka().bootstrapServers(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  String aggregateType() {
    return aggregateType;
  }

  TopicReader createTopic() {
    var topic = name();
    TestServers.kafka().createTopics(new Topic(topic, 1, 1024 * 1024, Duration.ofHours(1)));
    consumer.assign(List.of(new TopicPartition(topic, 0)));
    return this;
  }

  String name() {
    return Message.topicOf(aggregateType);
  }

  /** Has the topic refuse larger messages. */
  void limitMessageBytes(int max) throws Exception {
    var limit =
        new AlterConfigOp(
            new ConfigEntry("max.message.bytes", Integer.toString(max)), AlterConfigOp.OpType.SET);
    try (var admin =
        Admin.create(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafka().bootstrapServers()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(new ConfigResource(ConfigResource.Type.TOPIC, name()), List.of(limit)))
          .all()
          .get();
    }
  }

  static void delete(String topic) throws Exception {
    try (var admin =
        Admin.create(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafka().bootstrapServers()))) {
      admin.deleteTopics(List.of(topic)).all().get();
    }
  }

  /** All records so far, once there are at least so many. */
  List<ConsumerRecord<byte[], byte[]>> atLeast(int count) {
    var deadline = System.nanoTime() + LIMIT.toNanos();
    while (records.size() < count) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "only %d of %d records arrived within %s: %s"
                .formatted(records.size(), count, LIMIT, versions()));
      }
      consumer.poll(POLL).forEach(records::add);
    }
    return List.copyOf(records);
  }

  /** Looks once more and returns the versions so far. */
  List<String> readOn() {
    consumer.poll(POLL).forEach(records::add);
    return versions();
  }

  /** The header {@code ce_sequence} of all records so far. */
  List<String> versions() {
    return records.stream().map(record -> header(record, "ce_sequence")).toList();
  }

  static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
