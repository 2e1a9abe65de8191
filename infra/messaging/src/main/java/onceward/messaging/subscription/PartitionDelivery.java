package onceward.messaging.subscription;

import java.util.ArrayList;
import java.util.List;
import onceward.messaging.MessageRecords;
import onceward.messaging.subscription.Deliveries.Outcome;
import onceward.messaging.subscription.HandleOnce.Addressed;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what one poll brought of one partition, in its order: all in one transaction, which
 * costs the claims one statement and the disk one flush. When that fails, it is done again message
 * by message, so that one that cannot be handled takes nothing with it.
 *
 * <p>Safe for use by many threads.
 */
final class PartitionDelivery {

  private static final Logger log = LoggerFactory.getLogger(PartitionDelivery.class);

  private final Subscription subscription;
  private final HandleOnce handleOnce;
  private final Deliveries deliveries;

  PartitionDelivery(Subscription subscription, HandleOnce handleOnce, Deliveries deliveries) {
    this.subscription = subscription;
    this.handleOnce = handleOnce;
    this.deliveries = deliveries;
  }

  /**
   * How far a delivery came.
   *
   * @param next the first offset that has not been delivered
   * @param failure why that one could not be; null if there was none
   */
  record Delivered(long next, @Nullable Throwable failure) {}

  /**
   * Delivers the records, up to the first that fails. Does not throw.
   *
   * @param wary whether the first one has failed before, and is better tried alone
   */
  Delivered deliver(List<ConsumerRecord<byte[], byte[]>> records, boolean wary) {
    var alone =
        wary ? oneByOne(records.subList(0, 1)) : new Delivered(records.getFirst().offset(), null);
    var rest = wary ? records.subList(1, records.size()) : records;
    return alone.failure() != null || rest.isEmpty() ? alone : deliver(rest);
  }

  // Errors are caught as well: a handler that ends its thread would end it unnoticed.
  private Delivered deliver(List<ConsumerRecord<byte[], byte[]>> records) {
    try {
      deliverTogether(records);
      return new Delivered(records.getLast().offset() + 1, null);
    } catch (Throwable failure) {
      log.debug("{} goes on record by record", subscription, failure);
      return oneByOne(records);
    }
  }

  private Delivered oneByOne(List<ConsumerRecord<byte[], byte[]>> records) {
    for (var record : records) {
      try {
        deliverTogether(List.of(record));
      } catch (Throwable failure) {
        deliveries.count(subscription, Outcome.FAILED, 1);
        return new Delivered(record.offset(), failure);
      }
    }
    return new Delivered(records.getLast().offset() + 1, null);
  }

  private void deliverTogether(List<ConsumerRecord<byte[], byte[]>> records) {
    var messages = addressed(records);
    var effects =
        messages.isEmpty() ? 0 : handleOnce.handle(subscription.consumer(), messages).size();
    deliveries.count(subscription, Outcome.HANDLED, effects);
    deliveries.count(subscription, Outcome.DUPLICATE, messages.size() - effects);
    deliveries.count(subscription, Outcome.SKIPPED, records.size() - messages.size());
  }

  private List<Addressed<?>> addressed(List<ConsumerRecord<byte[], byte[]>> records) {
    var messages = new ArrayList<Addressed<?>>(records.size());
    for (var record : records) {
      var route = subscription.route(MessageRecords.typeOf(record));
      if (route != null) {
        messages.add(new Addressed<>(MessageRecords.toMessage(record), route));
      }
    }
    return messages;
  }
}
