package onceward.relay.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import onceward.messaging.RootCause;
import onceward.messaging.kafka.KafkaConnection;
import onceward.relay.position.Position;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads from the compacted topic in which every slot's position is written down, keyed by the slot.
 *
 * <p>Looks from the topic's end backwards, in steps that grow: the latest position is mostly among
 * the last records, and the compaction keeps it when it is not. Safe for use by many threads.
 */
public final class Positions {

  private static final int API_TIMEOUT_MS = 5_000;

  /** The consumer asks for more before it is closed, and closing it waits for that answer. */
  private static final int FETCH_WAIT_MS = 20;

  /**
   * Above the time in which the brokers end another's transaction: 15 s, and 10 s until they look.
   */
  private static final Duration READ_MAX = Duration.ofSeconds(30);

  /** How long a standby may be kept from noticing that the slot is free. */
  private static final int GLANCE_MS = 2_000;

  private static final Duration GLANCE = Duration.ofMillis(GLANCE_MS);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long FIRST_LOOK_RECORDS = 1_000;
  private static final int FURTHER_LOOKS = 10;

  private final KafkaAdmin kafka;
  private final TopicPartition place;

  public Positions(KafkaConnection connection, String topic) {
    this.kafka = new KafkaAdmin(connection);
    this.place = new TopicPartition(topic, 0);
  }

  /**
   * The last position that was written down for a slot; empty if there is none.
   *
   * @throws KafkaAwayException if Kafka does not answer
   * @throws IllegalStateException if what is written down cannot be read
   */
  public Optional<Position> read(String slot) {
    // Nothing of a transaction that is not decided.
    try (var consumer = consumer(settings("read_committed", API_TIMEOUT_MS))) {
      return readBackwards(consumer, slot.getBytes(UTF_8))
          .map(ConsumerRecord::value)
          .map(PositionRecords::read);
    } catch (KafkaException e) {
      throw new KafkaAwayException(
          "cannot read positions from topic %s: %s".formatted(place.topic(), RootCause.tell(e)), e);
    }
  }

  /**
   * Where in the topic a position of a slot was last seen, committed or not, among its last
   * records: a sign that somebody writes some. Waits for nobody's transaction, and not long for
   * Kafka.
   *
   * @return empty if there is none, or Kafka does not answer soon
   */
  public OptionalLong lastWritten(String slot) {
    try {
      return glance(slot);
    } catch (KafkaException notNow) {
      return OptionalLong.empty();
    }
  }

  private OptionalLong glance(String slot) {
    var consumer = consumer(settings("read_uncommitted", GLANCE_MS));
    try {
      var end = consumer.endOffsets(List.of(place)).getOrDefault(place, 0L);
      var from = Math.max(0, end - FIRST_LOOK_RECORDS);
      return latest(consumer, slot.getBytes(UTF_8), from, end, GLANCE)
          .map(record -> OptionalLong.of(record.offset()))
          .orElse(OptionalLong.empty());
    } finally {
      consumer.close(CloseOptions.timeout(GLANCE));
    }
  }

  private Consumer<byte[], byte[]> consumer(Map<String, Object> settings) {
    var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.assign(List.of(place));
    return consumer;
  }

  private Optional<ConsumerRecord<byte[], byte[]>> readBackwards(
      Consumer<byte[], byte[]> consumer, byte[] slot) {
    var begin = consumer.beginningOffsets(List.of(place)).getOrDefault(place, 0L);
    var end = end();
    for (var records = FIRST_LOOK_RECORDS; ; records *= FURTHER_LOOKS) {
      var from = Math.max(begin, end - records);
      var found = latest(consumer, slot, from, end, READ_MAX);
      if (found.isPresent() || from == begin) {
        return found;
      }
    }
  }

  /**
   * Where the topic ends, also behind transactions that others have open. What is read ends before
   * those, and so may lack a position that was committed since: it is waited for.
   */
  private long end() {
    return kafka.ask(
        "where topic %s ends".formatted(place.topic()),
        admin ->
            KafkaAdmin.await(
                    admin.listOffsets(Map.of(place, OffsetSpec.latest())).partitionResult(place))
                .offset());
  }

  private Optional<ConsumerRecord<byte[], byte[]>> latest(
      Consumer<byte[], byte[]> consumer, byte[] slot, long from, long end, Duration limit) {
    consumer.seek(place, from);
    var deadline = System.nanoTime() + limit.toNanos();
    ConsumerRecord<byte[], byte[]> latest = null;
    while (consumer.position(place) < end) {
      for (var record : consumer.poll(POLL)) {
        if (Arrays.equals(record.key(), slot)) {
          latest = record;
        }
      }
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("not read within " + limit);
      }
    }
    // Of perhaps a thousand one is read as JSON: that would take longer than to fetch them.
    return Optional.ofNullable(latest);
  }

  private Map<String, Object> settings(String isolation, int timeoutMs) {
    var settings = kafka.connection().settings();
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs);
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs);
    return settings;
  }
}
