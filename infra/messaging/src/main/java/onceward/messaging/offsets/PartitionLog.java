package onceward.messaging.offsets;

import java.util.UUID;

/**
 * What Kafka holds of one partition.
 *
 * @param topicId Kafka's own id of the topic: a topic that is deleted and created anew has another
 * @param start the offset of the first record that is still there
 * @param end the offset behind the last record
 */
public record PartitionLog(UUID topicId, long start, long end) {}
