package onceward.localstack.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import onceward.localstack.process.StackException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads the last value of each key of a compacted topic. */
final class LatestValues {

  private static final Duration POLL = Duration.ofMillis(200);

  private LatestValues() {}

  /**
   * Reads the topic to its end.
   *
   * @return no values if there is no such topic
   * @throws StackException if Kafka does not answer within that time
   */
  static List<String> of(Map<String, Object> client, String topic, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try (Admin admin = Admin.create(client)) {
      if (!admin
          .listTopics()
          .names()
          .get(limit.toMillis(), TimeUnit.MILLISECONDS)
          .contains(topic)) {
        return List.of();
      }
    } catch (ExecutionException | TimeoutException e) {
      throw silent(topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw silent(topic, e);
    }
    Map<String, Object> properties = new HashMap<>(client);
    properties.put("isolation.level", "read_committed");
    properties.put("allow.auto.create.topics", "false");
    // Closing waits for the answer to what was asked for last.
    properties.put("fetch.max.wait.ms", 50);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, limit).stream()
              .map(one -> new TopicPartition(topic, one.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, limit);
      Map<String, String> latest = new HashMap<>();
      while (ends.entrySet().stream()
          .anyMatch(one -> consumer.position(one.getKey(), limit) < one.getValue())) {
        if (System.nanoTime() - end > 0) {
          throw silent(topic, new TimeoutException("not read to its end within " + limit));
        }
        consumer.poll(POLL).forEach(record -> latest.put(record.key(), record.value()));
      }
      return latest.values().stream().filter(value -> value != null).toList();
    } catch (KafkaException e) {
      throw silent(topic, e);
    }
  }

  private static StackException silent(String topic, Exception why) {
    return new StackException(
        "Kafka runs and cannot be asked for topic %s: %s".formatted(topic, why.getMessage()), why);
  }
}
