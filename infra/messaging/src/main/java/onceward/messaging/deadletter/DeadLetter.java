package onceward.messaging.deadletter;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message that a consumer could not handle, without its content.
 *
 * @param id of the letter
 * @param key the Kafka key, whose later messages wait; null for a record without one
 * @param messageId null for a record that names none
 * @param type null for a record that names none
 * @param version the aggregate's; null for a record that names none
 * @param group names the letters of the same cause, see {@link DeadLetterGroup}
 * @param failuresInRow how often in a row it has failed at the same place: 1 when it was written,
 *     and one more for each retry since
 */
public record DeadLetter(
    UUID id,
    String consumer,
    String topic,
    int partition,
    long offset,
    @Nullable String key,
    @Nullable UUID messageId,
    @Nullable String type,
    @Nullable Long version,
    Failure failure,
    String group,
    int failuresInRow,
    Instant failedAt) {

  /** Names the letter for logs and errors. */
  @Override
  public String toString() {
    return "dead letter %s of %s (%s-%d offset %d)"
        .formatted(id, consumer, topic, partition, offset);
  }
}
