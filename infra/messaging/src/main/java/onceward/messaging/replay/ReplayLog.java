package onceward.messaging.replay;

import static java.util.stream.Collectors.toMap;
import static org.apache.kafka.clients.consumer.ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.AUTO_OFFSET_RESET_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.CLIENT_ID_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.ISOLATION_LEVEL_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.MAX_POLL_RECORDS_CONFIG;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onceward.messaging.kafka.KafkaConnection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads ranges of a topic beside the live consumer: committed records only, and without a group, so
 * that no member of the live group is asked to give anything up. Belongs to one thread.
 */
final class ReplayLog implements AutoCloseable {

  static final int POLL_RECORDS_MAX = 2_000;

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

  private final Consumer<byte[], byte[]> kafka;
  private final Deque<ConsumerRecord<byte[], byte[]>> polled = new ArrayDeque<>();
  private TopicPartition partition = new TopicPartition("", 0);
  private long until;

  ReplayLog(KafkaConnection connection, String clientId) {
    var settings = connection.settings();
    settings.put(CLIENT_ID_CONFIG, clientId);
    settings.put(ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(MAX_POLL_RECORDS_CONFIG, POLL_RECORDS_MAX);
    var bytes = new ByteArrayDeserializer();
    kafka = new KafkaConsumer<>(settings, bytes, bytes);
  }

  /**
   * Records, and where to go on.
   *
   * @param records may be empty at the end of a range
   * @param next the offset behind the last record, or the end of the range
   */
  record Chunk(List<ConsumerRecord<byte[], byte[]>> records, long next) {}

  /** By partition, the first offset of a record of that time or later; absent where none is. */
  Map<Integer, Long> offsetsAt(String topic, Collection<Integer> partitions, Instant time) {
    var times =
        partitions.stream()
            .collect(toMap(number -> new TopicPartition(topic, number), _ -> time.toEpochMilli()));
    var offsets = new HashMap<Integer, Long>();
    kafka
        .offsetsForTimes(times)
        .forEach((at, found) -> {
          if (found != null) {
            offsets.put(at.partition(), found.offset());
          }
        });
    return offsets;
  }

  /** Goes to a range, which is not empty. */
  void begin(String topic, ReplayRange range) {
    partition = new TopicPartition(topic, range.partition());
    until = range.until();
    polled.clear();
    kafka.assign(List.of(partition));
    kafka.seek(partition, range.next());
  }

  /**
   * The next records of the range, as many as asked for at most.
   *
   * @throws org.apache.kafka.clients.consumer.OffsetOutOfRangeException if they are gone
   * @throws TimeoutException if Kafka gives none for 30 s
   */
  Chunk next(int recordsMax) {
    if (polled.isEmpty()) {
      poll();
    }
    var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    while (!polled.isEmpty() && records.size() < recordsMax) {
      var record = polled.removeFirst();
      if (record.offset() >= until) {
        polled.clear();
        return new Chunk(records, until);
      }
      records.add(record);
    }
    var next = polled.isEmpty() ? kafka.position(partition) : polled.getFirst().offset();
    return new Chunk(records, Math.min(next, until));
  }

  private void poll() {
    var patience = SILENCE_MAX;
    var position = kafka.position(partition);
    while (polled.isEmpty() && position < until) {
      if (patience.isNegative()) {
        throw new TimeoutException(
            "Kafka has given no record of %s behind offset %d for %d s"
                .formatted(partition, position, SILENCE_MAX.toSeconds()));
      }
      polled.addAll(kafka.poll(POLL).records(partition));
      var before = position;
      position = kafka.position(partition);
      // Marks of transactions move the place without a record.
      patience = position > before ? SILENCE_MAX : patience.minus(POLL);
    }
  }

  @Override
  public void close() {
    kafka.close();
  }
}
