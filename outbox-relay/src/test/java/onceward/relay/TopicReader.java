package onceward.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import onceward.localstack.kafka.KafkaBroker;
import onceward.localstack.kafka.Topic;
import onceward.messaging.Message;
import onceward.messaging.testkit.TestServers;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads one topic from its beginning. Topics of tests have one partition and a name of their own.
 */
final class TopicReader implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(50);

  private final String bootstrapServers;
  private final String aggregateType;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  /**
   * Of a new kind of aggregate, whose topic does not exist yet. Reads what is not committed too.
   */
  TopicReader() {
    this(TestServers.kafka().bootstrapServers());
  }

  private TopicReader(String bootstrapServers) {
    this(bootstrapServers, "thing-" + UUID.randomUUID(), IsolationLevel.READ_UNCOMMITTED);
  }

  /** Of a topic that is made on another broker than that which the tests share. */
  static TopicReader on(KafkaBroker broker) {
    var reader = new TopicReader(broker.bootstrapServers());
    broker.createTopics(topic(reader.name()));
    reader.assign();
    return reader;
  }

  private TopicReader(String bootstrapServers, String aggregateType, IsolationLevel isolation) {
    this.bootstrapServers = bootstrapServers;
    this.aggregateType = aggregateType;
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                // Closing it waits for the answer to what it has asked for last.
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                50,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                isolation.toString()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  /** Another reader of the same topic, which must exist; it sees only what is committed. */
  TopicReader committed() {
    var reader = new TopicReader(bootstrapServers, aggregateType, IsolationLevel.READ_COMMITTED);
    reader.assign();
    return reader;
  }

  private void assign() {
    consumer.assign(List.of(new TopicPartition(name(), 0)));
  }

  String aggregateType() {
    return aggregateType;
  }

  TopicReader createTopic() {
    TestServers.kafka().createTopics(topic(name()));
    assign();
    return this;
  }

  private static Topic topic(String name) {
    return new Topic(name, 1, 1024 * 1024, Duration.ofDays(1));
  }

  String name() {
    return Message.topicOf(aggregateType);
  }

  /** Has the topic refuse larger messages, as the broker knows when this returns. */
  void limitMessageBytes(int max) throws Exception {
    set("max.message.bytes", Integer.toString(max));
  }

  /** Gives the topic a setting, as the broker knows when this returns. */
  void set(String setting, String value) throws Exception {
    var topic = new ConfigResource(ConfigResource.Type.TOPIC, name());
    var change = new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET);
    try (var admin =
        Admin.create(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafka().bootstrapServers()))) {
      admin.incrementalAlterConfigs(Map.of(topic, List.of(change))).all().get();
      await()
          .atMost(30, SECONDS)
          .until(() ->
              admin.describeConfigs(List.of(topic)).all().get().values().stream()
                  .map(config -> config.get(setting).value())
                  .allMatch(value::equals));
    }
  }

  /** Gives the topic more partitions; this reads on from the first alone. */
  void addPartitions(int count) throws Exception {
    try (var admin =
        Admin.create(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafka().bootstrapServers()))) {
      admin.createPartitions(Map.of(name(), NewPartitions.increaseTo(count))).all().get();
    }
  }

  static void delete(String topic) throws Exception {
    try (var admin =
        Admin.create(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafka().bootstrapServers()))) {
      admin.deleteTopics(List.of(topic)).all().get();
      // The controller has deleted it; a broker that still lists it would not let it be made anew.
      await().atMost(30, SECONDS).until(() -> !admin.listTopics().names().get().contains(topic));
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

  /**
   * Reads on, and keeps nothing, until so many versions of one aggregate came: every one of them,
   * in order, repetitions aside.
   */
  void skipInOrder(String aggregateId, int versions, Duration limit) {
    var deadline = System.nanoTime() + limit.toNanos();
    for (long seen = 0; seen < versions; ) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("only %d versions of %s came".formatted(seen, aggregateId));
      }
      for (var record : consumer.poll(POLL)) {
        if (new String(record.key(), UTF_8).equals(aggregateId)) {
          var version = Long.parseLong(header(record, "ce_sequence"));
          if (version > seen + 1) {
            throw new AssertionError("%s: %d after %d".formatted(aggregateId, version, seen));
          }
          seen = Math.max(seen, version);
        }
      }
    }
  }

  /** Reads on, and keeps nothing, until that version comes. */
  void awaitNext(String aggregateId, long version) {
    var deadline = System.nanoTime() + LIMIT.toNanos();
    var came = false;
    while (!came) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("%s: %d did not come".formatted(aggregateId, version));
      }
      for (var record : consumer.poll(POLL)) {
        came |=
            new String(record.key(), UTF_8).equals(aggregateId)
                && header(record, "ce_sequence").equals(Long.toString(version));
      }
    }
  }

  /** Reads to what is now the end and returns the versions so far. */
  List<String> readOn() {
    TopicEnd.readTo(consumer, records::add);
    return versions();
  }

  /**
   * Reads to what is now the end and returns key and version of all records so far, e.g. {@code
   * a1}.
   */
  List<String> arrivals() {
    TopicEnd.readTo(consumer, records::add);
    return records.stream()
        .map(record -> new String(record.key(), UTF_8) + header(record, "ce_sequence"))
        .toList();
  }

  /** The header {@code ce_sequence} of all records so far. */
  List<String> versions() {
    return records.stream().map(record -> header(record, "ce_sequence")).toList();
  }

  /** The headers of the first record that is meant, as {@code name=value}. */
  static List<String> headersIn(String topic, Predicate<ConsumerRecord<byte[], byte[]>> meant) {
    try (var reader =
        new TopicReader(
            TestServers.kafka().bootstrapServers(), topic, IsolationLevel.READ_COMMITTED)) {
      reader.consumer.assign(List.of(new TopicPartition(topic, 0)));
      var deadline = System.nanoTime() + LIMIT.toNanos();
      while (System.nanoTime() < deadline) {
        for (var record : reader.consumer.poll(POLL)) {
          if (meant.test(record)) {
            return Arrays.stream(record.headers().toArray())
                .map(header -> header.key() + "=" + new String(header.value(), UTF_8))
                .toList();
          }
        }
      }
      throw new AssertionError("no such record in " + topic);
    }
  }

  /** Its value, or {@code none}. */
  static String header(ConsumerRecord<?, ?> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? "none" : new String(header.value(), UTF_8);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
