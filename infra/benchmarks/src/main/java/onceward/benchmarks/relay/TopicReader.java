package onceward.benchmarks.relay;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic from its beginning, on a thread of its own, as a consumer does that sees only what
 * is committed. A record has come when the poll that brings it returns.
 */
final class TopicReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration END_LIMIT = Duration.ofSeconds(60);
  private static final int POLL_RECORDS = 5_000;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Arrivals arrivals;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Future<?> reading;
  private volatile boolean ending;

  private TopicReader(KafkaConsumer<byte[], byte[]> consumer, Arrivals arrivals) {
    this.consumer = consumer;
    this.arrivals = arrivals;
    this.reading = thread.submit(this::read);
  }

  /** Starts reading; has found the partitions when it returns. */
  static TopicReader start(String bootstrapServers, String topic, Arrivals arrivals) {
    var bytes = new ByteArrayDeserializer();
    var consumer = new KafkaConsumer<>(settings(bootstrapServers), bytes, bytes);
    consumer.assign(
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList());
    consumer.assignment().forEach(consumer::position);
    return new TopicReader(consumer, arrivals);
  }

  /** Reads on to what is now the end of the topic, and returns when all of it is noted. */
  void readToEnd() {
    ending = true;
    try {
      reading.get(2 * END_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the topic could not be read to its end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading to the end of the topic", e);
    }
  }

  @Override
  public void close() {
    ending = true;
    thread.close();
  }

  private void read() {
    try (consumer) {
      while (!ending) {
        poll();
      }
      var ends = consumer.endOffsets(consumer.assignment());
      var limit = System.nanoTime() + END_LIMIT.toNanos();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        if (System.nanoTime() > limit) {
          throw new IllegalStateException("the end is still not read after " + END_LIMIT);
        }
        poll();
      }
    }
  }

  private void poll() {
    var records = consumer.poll(POLL);
    var moment = System.nanoTime();
    records.forEach(record -> arrivals.note(record, moment));
  }

  private static Map<String, Object> settings(String bootstrapServers) {
    return Map.of(
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
        bootstrapServers,
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        "read_committed",
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
        "earliest",
        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
        false,
        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
        POLL_RECORDS);
  }
}
