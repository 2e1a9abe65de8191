package onceward.messaging.offsets;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import onceward.messaging.kafka.KafkaConnection;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks the brokers about topics and groups what Kafka's consumer cannot ask. Needs no rights beyond
 * those of a member of the group, unless a question says so.
 *
 * <p>Safe for use by many threads. Every question takes 10 s at most, and throws a {@link
 * org.apache.kafka.common.KafkaException} when Kafka does not answer.
 */
public interface Brokers extends AutoCloseable {

  /** Connects when first asked. */
  static Brokers connect(KafkaConnection kafka, String clientId) {
    return new KafkaBrokers(kafka, clientId);
  }

  /** Kafka's id of the topic; empty if there is no such topic. */
  Optional<UUID> topicId(String topic);

  /** What Kafka holds of each partition of the topic; empty if there is no such topic. */
  Map<Integer, PartitionLog> logs(String topic);

  /**
   * The partitions in which a transaction is open, each with the offset at which it began. Whoever
   * reads only what is committed is given no record behind that offset, and no sign of it: Kafka
   * tells such a consumer that it has no lag.
   */
  Map<Integer, Long> openTransactions(String topic);

  /**
   * How long the topic keeps records. Needs the right to read the topic's settings.
   *
   * @throws org.apache.kafka.common.KafkaException also if that right is missing
   */
  TopicRetention retention(String topic);

  /** The offsets that a group has committed, with what its members wrote beside them. */
  Map<TopicPartition, OffsetAndMetadata> committed(String group);

  /** Whether the group has a member of that {@code group.instance.id}. */
  boolean hasInstance(String group, String instance);

  @Override
  void close();
}
