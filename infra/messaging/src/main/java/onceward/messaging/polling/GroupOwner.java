package onceward.messaging.polling;

import java.util.Collection;
import onceward.messaging.subscription.Subscription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * Tells apart services that might share a Kafka group: each writes its name beside the offsets that
 * it commits. Two services in one group would each get a part of the messages, and neither would
 * notice. Immutable.
 *
 * @param service the name of this service; empty if it has none, and then no service is refused
 * @param takesOver whether offsets of other services are passed over instead of refused: an
 *     operator has seen to it that they have left the group
 */
record GroupOwner(String service, boolean takesOver) {

  /** Whether this service wrote the offset. An offset without a name counts as its own. */
  boolean wrote(OffsetAndMetadata committed) {
    var writer = CommitNote.read(committed.metadata()).service();
    return service.isEmpty() || writer.isEmpty() || writer.equals(service);
  }

  /**
   * Passes unless another service wrote the offset.
   *
   * @throws ForeignGroupException if another service wrote it, and has not left the group
   */
  void requireOwn(Subscription subscription, OffsetAndMetadata committed) {
    if (!takesOver && !wrote(committed)) {
      throw new ForeignGroupException(
          subscription, service, CommitNote.read(committed.metadata()).service());
    }
  }

  /** As {@link #requireOwn(Subscription, OffsetAndMetadata)}, for each offset. */
  void requireOwn(Subscription subscription, Collection<OffsetAndMetadata> committed) {
    committed.forEach(offset -> requireOwn(subscription, offset));
  }
}
