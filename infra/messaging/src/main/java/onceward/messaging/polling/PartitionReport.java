package onceward.messaging.polling;

import java.util.Optional;
import java.util.OptionalLong;
import onceward.messaging.delivery.HeldBack;

/**
 * Where a consumer stands in a partition.
 *
 * @param lag how many records lie ahead; empty until Kafka has told
 * @param heldBack the record it waits for; empty if it flows
 * @param stopped which records are gone, so that an operator has to decide; empty if it flows
 * @param undecided why it is not known where to go on; empty once it is
 */
record PartitionReport(
    OptionalLong lag,
    Optional<HeldBack> heldBack,
    Optional<String> stopped,
    Optional<String> undecided) {

  /** The rest of a sentence that begins with the partition's name; empty if it flows. */
  Optional<String> trouble() {
    return stopped
        .map(sentence -> "is stopped: " + sentence)
        .or(() -> undecided.map(reason -> "is not read, " + reason))
        .or(() -> heldBack.map(record -> "is held back: " + record));
  }
}
