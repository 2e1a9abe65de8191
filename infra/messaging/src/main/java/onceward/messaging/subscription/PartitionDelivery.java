package onceward.messaging.subscription;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import onceward.messaging.MalformedRecordException;
import onceward.messaging.MessageRecords;
import onceward.messaging.deadletter.Reason;
import onceward.messaging.subscription.Deliveries.Outcome;
import onceward.messaging.subscription.HandleOnce.Delivery;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what polls bring of one partition, in its order: all of a poll in one transaction, which
 * costs the claims one statement and the disk one flush. When a message fails, what came before it
 * is handled together, it alone, and what is behind it together again.
 *
 * <p>Used by one thread at a time.
 */
final class PartitionDelivery {

  private static final Logger log = LoggerFactory.getLogger(PartitionDelivery.class);

  /** Starts at one message, handled alone, after which it is taken to kill the process. */
  private static final int STARTS_ALONE_MAX = 3;

  private final Subscription subscription;
  private final HandleOnce handleOnce;
  private final Redelivery redelivery;
  private final DeliveryStarts starts;
  private final KillSwitch killSwitch;
  private final Deliveries deliveries;
  private final PartitionTrouble trouble;
  private boolean begun;
  private boolean startCounts;

  PartitionDelivery(
      Subscription subscription,
      HandleOnce handleOnce,
      Redelivery redelivery,
      DeliveryStarts starts,
      KillSwitch killSwitch,
      Deliveries deliveries,
      PartitionTrouble trouble) {
    this.subscription = subscription;
    this.handleOnce = handleOnce;
    this.redelivery = redelivery;
    this.starts = starts;
    this.killSwitch = killSwitch;
    this.deliveries = deliveries;
    this.trouble = trouble;
  }

  /** The record that the partition waits for; empty if it flows. */
  Optional<HeldBack> heldBack() {
    return trouble.heldBack();
  }

  /**
   * Delivers the records, up to the first that is held back. Does not throw.
   *
   * @return the first offset that has not been delivered
   */
  long deliver(List<ConsumerRecord<byte[], byte[]>> records) {
    try {
      if (flow(records)) {
        return records.getLast().offset() + 1;
      }
      noteSurvived(records.getFirst());
      return heldBack().orElseThrow().offset();
    } catch (Throwable failure) {
      trouble.holdBack(records.getFirst(), failure, 0);
      return records.getFirst().offset();
    }
  }

  private boolean flow(List<ConsumerRecord<byte[], byte[]>> records) {
    if (!begun) {
      return begin(records);
    }
    // What has failed before is tried without taking others along.
    return heldBack().isEmpty() ? together(records) : isolate(0, records);
  }

  /**
   * What lies before a suspect has been handled or will do no harm, and is not marked again: that
   * would forget how often the suspect has been begun with.
   */
  private boolean begin(List<ConsumerRecord<byte[], byte[]>> records) {
    var suspect = starts.firstSuspect(subscription, records);
    begun = true;
    startCounts = true;
    if (suspect.isEmpty()) {
      return together(records);
    }
    var index = indexOf(suspect.getAsLong(), records);
    return together(records.subList(0, index)) && marked(records.subList(index, records.size()));
  }

  private boolean together(List<ConsumerRecord<byte[], byte[]>> records) {
    if (records.isEmpty()) {
      return true;
    }
    try {
      handle(records);
      return true;
    } catch (FailedAtException failed) {
      log.debug("{} isolates offset {}", subscription, failed.offset(), failed);
      return isolate(indexOf(failed.offset(), records), records);
    } catch (Throwable failure) {
      if (Failures.isTransient(failure)) {
        // None of them is to blame. Trying each would only wait for a connection again.
        return trouble.settle(records.getFirst(), failure);
      }
      log.debug("{} goes on message by message", subscription, failure);
      return records.stream().allMatch(this::alone);
    }
  }

  private boolean isolate(int index, List<ConsumerRecord<byte[], byte[]>> records) {
    return together(records.subList(0, index))
        && alone(records.get(index))
        && together(records.subList(index + 1, records.size()));
  }

  /** Whether the record is done with: handled, or set aside. */
  private boolean alone(ConsumerRecord<byte[], byte[]> record) {
    try {
      handle(List.of(record));
      trouble.over();
      return true;
    } catch (Throwable failure) {
      var cause = FailedAtException.causeOf(failure);
      log.debug("{} failed at offset {}", subscription, record.offset(), cause);
      return trouble.settle(record, cause);
    }
  }

  /** One by one, each noted before, so that the one that kills the process is found. */
  private boolean marked(List<ConsumerRecord<byte[], byte[]>> records) {
    log.warn(
        "{} began twice at {}-{} offset {}: goes on message by message",
        subscription,
        records.getFirst().topic(),
        records.getFirst().partition(),
        records.getFirst().offset());
    return records.stream()
        .allMatch(record ->
            starts.alone(subscription, record) > STARTS_ALONE_MAX
                ? trouble.giveUp(
                    record, new KilledProcess(), Reason.KILLS_THE_PROCESS, STARTS_ALONE_MAX)
                : alone(record));
  }

  /**
   * The process lived to see a record fail: a start at it no longer tells of a process that died,
   * however long it is waited for and however many processes wait.
   */
  private void noteSurvived(ConsumerRecord<byte[], byte[]> first) {
    if (!startCounts) {
      return;
    }
    try {
      starts.survived(subscription, first);
      startCounts = false;
    } catch (RuntimeException notNow) {
      log.debug("{} could not note that it lives", subscription, notNow);
    }
  }

  private void handle(List<ConsumerRecord<byte[], byte[]>> records) {
    var messages = addressed(records);
    var tally = messages.isEmpty() ? new Tally() : handleOnce.handle(subscription, messages);
    killSwitch.handled(tally.count(Outcome.HANDLED));
    if (tally.count(Outcome.HANDLED) > 0) {
      deliveries.delayed(subscription, messages.getFirst().message());
    }
    deliveries.count(subscription, tally);
    deliveries.count(subscription, Outcome.SKIPPED, records.size() - messages.size());
    tally.unblocked().forEach(key -> redelivery.release(subscription, key));
  }

  private List<Delivery> addressed(List<ConsumerRecord<byte[], byte[]>> records) {
    var messages = new ArrayList<Delivery>(records.size());
    for (var record : records) {
      try {
        var route = subscription.route(MessageRecords.typeOf(record));
        if (route != null || subscription.versions() != Versions.UNCHECKED) {
          messages.add(new Delivery(record, MessageRecords.toMessage(record), route));
        }
      } catch (MalformedRecordException malformed) {
        throw new FailedAtException(record.offset(), malformed);
      }
    }
    return messages;
  }

  private static int indexOf(long offset, List<ConsumerRecord<byte[], byte[]>> records) {
    var index = 0;
    while (index < records.size() && records.get(index).offset() < offset) {
      index++;
    }
    return index;
  }

  /** Nothing was thrown: the process was gone. */
  private static final class KilledProcess extends RuntimeException {

    private static final long serialVersionUID = 1L;

    KilledProcess() {
      super(null, null, false, false);
    }
  }
}
