package onceward.messaging.offsets;

import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Remembers in the service's database how far its consumers are. Kafka's own memory is not enough:
 * Kafka forgets committed offsets, and cannot tell a first start from a start behind records that
 * are gone.
 *
 * <p>Safe for use by many threads and processes. Every method may fail with a {@link
 * onceward.messaging.MessageStoreException}, or with the exception of a connection that cannot be
 * opened; nothing has changed then.
 */
public interface PartitionMemory {

  /**
   * What is remembered of a consumer on a topic.
   *
   * @param partitions by partition; empty before the consumer's first start on the topic
   * @param stops partitions that are not read, because records of theirs are gone
   */
  record Memory(Map<Integer, Remembered> partitions, Map<Integer, Stop> stops) {

    /** Whether the consumer has been started on this topic before, in this version or a later. */
    public boolean hasBegun() {
      return partitions.values().stream().anyMatch(partition -> partition.topicId() != null);
    }
  }

  /** What is remembered of the consumer on the topic. */
  Memory read(String consumer, String topic);

  /**
   * Notes which types of message the consumer handles from now on; from its first message on, if it
   * has never been started on this topic.
   */
  void handles(String consumer, String topic, Set<String> types);

  /** The partitions that are stopped, and in which an operator lets the consumer go on. */
  Set<Integer> accepted(String consumer, String topic);

  /** Begins to remember these partitions; what is remembered of one already stays. */
  void remember(String consumer, String topic, UUID topicId, Map<Integer, Long> nextOffsets);

  /**
   * Notes how far the consumer is in partitions that are remembered. Notes nothing if the database
   * no longer has what it had noted: it was restored from before while the consumer ran, and what
   * the consumer has handled says nothing of it.
   *
   * @param nextOffsets by partition; may be empty
   * @param known what the database had noted, as far as the consumer knows, by partition
   * @return what the database has noted now, by partition. Less than it was known to have, or
   *     nothing, in a partition of which it has forgotten something
   */
  Map<Integer, Long> note(
      String consumer,
      String topic,
      UUID topicId,
      Map<Integer, Long> nextOffsets,
      Map<Integer, Long> known);

  /**
   * Notes that a restoration has given the consumer all records before these offsets, and ends the
   * stops by which the consumer had noticed the loss.
   */
  void restored(String consumer, String topic, UUID topicId, Map<Integer, Long> nextOffsets);

  /** Notes that the consumer stops in a partition; the first reason stays. */
  void stop(String consumer, String topic, int partition, Loss loss);

  /**
   * Accepts every loss of the consumer on the topic that has not been accepted.
   *
   * @return the losses, by partition; empty if there were none
   */
  Map<Integer, Loss> accept(String consumer, String topic);

  /** Notes that the consumer goes on at this offset, behind a loss that was accepted. */
  void beginAnew(String consumer, String topic, int partition, UUID topicId, long offset);
}
