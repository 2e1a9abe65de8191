package onceward.relay;

import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Reads the partitions of a consumer to what is now their end. */
public final class TopicEnd {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(50);

  private TopicEnd() {}

  /**
   * Polls once at least, and until all is read that is there now; a single poll may bring nothing
   * although there are records. To a consumer of committed records, an open transaction is the end.
   *
   * @throws AssertionError if that takes more than two minutes
   */
  public static void readTo(
      KafkaConsumer<byte[], byte[]> consumer, Consumer<ConsumerRecord<byte[], byte[]>> read) {
    var ends = consumer.endOffsets(consumer.assignment());
    var deadline = System.nanoTime() + LIMIT.toNanos();
    do {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not read within %s: %s".formatted(LIMIT, ends));
      }
      consumer.poll(POLL).forEach(read);
    } while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue()));
  }
}
