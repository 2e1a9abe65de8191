package onceward.messaging.replay;

import java.util.Set;
import java.util.UUID;
import onceward.messaging.MalformedRecordException;
import onceward.messaging.MessageRecords;
import onceward.messaging.delivery.HandleOnce.Delivery;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.Versions;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Decides by a record alone whether a replay gives it to the consumer. Pure and immutable.
 *
 * @param subscription the live subscription whose handlers are called
 */
record ReplayFilter(Subscription subscription, ReplaySelection selection) {

  private static final UUID NONE = new UUID(0, 0);

  /** What the record alone says. */
  sealed interface Choice {}

  /** To be given to the consumer. */
  record Chosen(Delivery delivery) implements Choice {}

  /** Passed over. */
  record PassedOver(ReplayOutcome outcome) implements Choice {}

  Choice choose(ConsumerRecord<byte[], byte[]> record) {
    if (!isMeant(record)) {
      return new PassedOver(ReplayOutcome.NOT_CHOSEN);
    }
    try {
      var type = MessageRecords.typeOf(record);
      var route = subscription.route(type);
      if (route == null && subscription.versions() == Versions.UNCHECKED) {
        return new PassedOver(ReplayOutcome.NO_HANDLER);
      }
      return subscription.neverReplayed().containsKey(type)
          ? new PassedOver(ReplayOutcome.NEVER_REPLAYED)
          : new Chosen(new Delivery(record, MessageRecords.toMessage(record), route));
    } catch (MalformedRecordException malformed) {
      return new PassedOver(ReplayOutcome.UNREADABLE);
    }
  }

  private boolean isMeant(ConsumerRecord<byte[], byte[]> record) {
    return isAmong(selection.types(), MessageRecords.typeIn(record).orElse(""))
        && isAmong(selection.keys(), String.valueOf(MessageRecords.keyOf(record)))
        && isAmong(selection.messages(), MessageRecords.idIn(record).orElse(NONE));
  }

  private static <T> boolean isAmong(Set<T> chosen, T value) {
    return chosen.isEmpty() || chosen.contains(value);
  }
}
