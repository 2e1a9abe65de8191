package onceward.messaging.delivery;

import java.time.Instant;

/**
 * A record that could not be handled, and holds back its partition.
 *
 * @param offset the offset of the record
 * @param failures how often the record has failed in a row
 * @param attempts how many of the failures count: those that were not transient
 * @param due when the record is tried again
 * @param reason why the record failed, without anything that the record holds
 */
public record HeldBack(long offset, int failures, int attempts, Instant due, String reason)
    implements RecordOutcome {

  @Override
  public String toString() {
    return "offset %d has failed %d times, next try %s: %s"
        .formatted(offset, failures, due, reason);
  }
}
