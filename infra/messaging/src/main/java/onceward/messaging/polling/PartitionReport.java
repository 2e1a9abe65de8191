package onceward.messaging.polling;

import java.util.Optional;
import java.util.OptionalLong;
import onceward.messaging.delivery.HeldBack;
import onceward.messaging.offsets.Loss;

/**
 * How a consumer gets on in a partition.
 *
 * @param lag how many records lie ahead; empty until Kafka has answered
 * @param heldBack the record that the partition waits for; empty if there is none
 * @param stopped which records are gone, so that an operator has to decide; empty if none are
 * @param undecided why it is not known where to go on; empty once it is known
 * @param withheld why Kafka gives no record although there may be some; empty if it does
 */
record PartitionReport(
    OptionalLong lag,
    Optional<HeldBack> heldBack,
    Optional<Loss> stopped,
    Optional<String> undecided,
    Optional<String> withheld) {

  /** The rest of a sentence that begins with the partition's name; empty if records flow. */
  Optional<String> trouble() {
    return stopped
        .map(loss -> "is stopped: " + loss.describe())
        .or(() -> undecided.map(reason -> "is not read, " + reason))
        .or(() -> heldBack.map(record -> "is held back: " + record))
        .or(() -> withheld.map(reason -> "is given no records: " + reason));
  }
}
