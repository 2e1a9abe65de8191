package onceward.messaging.delivery;

import java.time.Instant;

/**
 * A record that could not be handled, and holds back its partition.
 *
 * @param offset where it lies
 * @param failures how often it has failed in a row
 * @param attempts how many of them count: those that were not transient
 * @param due when it is tried again
 * @param reason why it failed, without anything the record holds
 */
public record HeldBack(long offset, int failures, int attempts, Instant due, String reason)
    implements RecordOutcome {

  @Override
  public String toString() {
    return "offset %d has failed %d times, next try %s: %s"
        .formatted(offset, failures, due, reason);
  }
}
