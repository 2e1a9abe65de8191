package onceward.messaging.testkit;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Commits offsets of a consumer that does not run. */
final class TestOffsets {

  private static final Duration LEFT_WITHIN = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(500);

  /** As a consumer writes it: without, the consumer would not go by the offset. */
  private static final String NOTE = "noted=0";

  private TestOffsets() {}

  static void pass(String bootstrapServers, String consumer, String topic) {
    var end = System.nanoTime() + LEFT_WITHIN.toNanos();
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      // Kafka refuses until members of an earlier test have left the group.
      while (!isPassed(admin, consumer + "." + topic, topic)) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException(
              "Kafka refuses to commit offsets of %s on %s: it runs".formatted(consumer, topic));
        }
        Thread.sleep(LOOK);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while committing offsets", interrupted);
    }
  }

  private static boolean isPassed(Admin admin, String group, String topic)
      throws InterruptedException {
    try {
      var partitions =
          admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
              .flatMap(described -> described.partitions().stream())
              .map(one -> new TopicPartition(topic, one.partition()))
              .toList();
      var ends = new HashMap<TopicPartition, OffsetSpec>();
      partitions.forEach(partition -> ends.put(partition, OffsetSpec.latest()));
      var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
      admin
          .listOffsets(ends)
          .all()
          .get()
          .forEach(
              (partition, at) -> offsets.put(partition, new OffsetAndMetadata(at.offset(), NOTE)));
      admin.alterConsumerGroupOffsets(group, offsets).all().get();
      return true;
    } catch (ExecutionException refused) {
      return false;
    }
  }
}
