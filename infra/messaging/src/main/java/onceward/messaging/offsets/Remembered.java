package onceward.messaging.offsets;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the service's database remembers of a partition that a consumer has been assigned.
 *
 * @param topicId Kafka's id of the topic at that time; null if an older version wrote the row
 * @param nextOffset where the consumer stood when this was last written down: every record before
 *     this offset has been delivered
 */
public record Remembered(@Nullable UUID topicId, long nextOffset) {}
