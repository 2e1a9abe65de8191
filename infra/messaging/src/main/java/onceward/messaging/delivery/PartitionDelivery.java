package onceward.messaging.delivery;

import static onceward.messaging.handling.KilledProcessException.STARTS_MAX;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import onceward.messaging.MalformedRecordException;
import onceward.messaging.MessageRecords;
import onceward.messaging.deadletter.ParkedKeyRelease;
import onceward.messaging.deadletter.Reason;
import onceward.messaging.delivery.BatchPlan.How;
import onceward.messaging.delivery.BatchPlan.Slice;
import onceward.messaging.delivery.HandleOnce.Delivery;
import onceward.messaging.delivery.RecordOutcome.Done;
import onceward.messaging.handling.FailureKinds;
import onceward.messaging.handling.KilledProcessException;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.Versions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the records of one partition in their order, in the transactions of a {@link BatchPlan}:
 * all records of a poll in one transaction, which costs the claims one statement and the disk one
 * flush, as long as none fails.
 *
 * <p>Used by one thread at a time.
 */
public final class PartitionDelivery {

  private static final Logger log = LoggerFactory.getLogger(PartitionDelivery.class);

  /** How long keys are released after a batch: all partitions wait for this one meanwhile. */
  private static final Duration RELEASES_MAX = Duration.ofSeconds(10);

  private final Subscription subscription;
  private final HandleOnce handleOnce;
  private final ParkedKeyRelease release;
  private final DeliveryStarts starts;
  private final KillSwitch killSwitch;
  private final DeliveryMeters deliveries;
  private final PartitionTrouble trouble;
  private boolean begun;
  private boolean startCounts;

  PartitionDelivery(
      Subscription subscription,
      HandleOnce handleOnce,
      ParkedKeyRelease release,
      DeliveryStarts starts,
      KillSwitch killSwitch,
      DeliveryMeters deliveries,
      PartitionTrouble trouble) {
    this.subscription = subscription;
    this.handleOnce = handleOnce;
    this.release = release;
    this.starts = starts;
    this.killSwitch = killSwitch;
    this.deliveries = deliveries;
    this.trouble = trouble;
  }

  /** The record that the partition waits for; empty if the partition flows. */
  public Optional<HeldBack> heldBack() {
    return trouble.heldBack();
  }

  /**
   * Delivers the records, up to the first that is held back. Does not throw.
   *
   * @return the first offset that has not been delivered
   */
  public long deliver(List<ConsumerRecord<byte[], byte[]>> records) {
    try {
      var held = carryOut(plan(records));
      if (held.isEmpty()) {
        return records.getLast().offset() + 1;
      }
      noteSurvived(records.getFirst());
      return held.get().offset();
    } catch (Throwable failure) {
      return trouble.startOver(records.getFirst(), failure).offset();
    }
  }

  private BatchPlan plan(List<ConsumerRecord<byte[], byte[]>> records) {
    if (!begun) {
      return firstPlan(records);
    }
    return heldBack().isEmpty() ? BatchPlan.together(records) : BatchPlan.firstAlone(records);
  }

  /**
   * Records before a suspect have been handled or do no harm. They are not marked: a mark would
   * forget how often a process began with the suspect.
   */
  private BatchPlan firstPlan(List<ConsumerRecord<byte[], byte[]>> records) {
    var suspect = starts.firstSuspect(subscription, records);
    begun = true;
    startCounts = true;
    if (suspect.isEmpty()) {
      return BatchPlan.together(records);
    }
    log.warn(
        "{} began twice at {}-{} offset {}: goes on message by message",
        subscription,
        records.getFirst().topic(),
        records.getFirst().partition(),
        suspect.getAsLong());
    return BatchPlan.suspecting(records, suspect.getAsLong());
  }

  /** The record that holds back the partition; empty if all records are done with. */
  private Optional<HeldBack> carryOut(BatchPlan whole) {
    var plan = whole;
    while (!plan.isDone()) {
      var slice = plan.first();
      if (slice.how() == How.TOGETHER) {
        try {
          handle(slice.records());
          plan = plan.rest();
        } catch (FailedAtException failed) {
          log.debug("{} isolates offset {}", subscription, failed.offset(), failed);
          plan = plan.isolating(failed.offset());
        } catch (Throwable failure) {
          if (FailureKinds.isTransient(failure)) {
            // No record is to blame. Trying each would only wait for a connection again.
            return Optional.of(trouble.holdBack(slice.first(), failure));
          }
          log.debug("{} goes on message by message", subscription, failure);
          plan = plan.oneByOne();
        }
      } else if (alone(slice) instanceof HeldBack held) {
        return Optional.of(held);
      } else {
        plan = plan.rest();
      }
    }
    return Optional.empty();
  }

  private RecordOutcome alone(Slice slice) {
    var record = slice.first();
    if (slice.how() == How.MARKED && starts.alone(subscription, record) > STARTS_MAX) {
      return trouble.giveUp(
          record, new KilledProcessException(), Reason.KILLS_THE_PROCESS, STARTS_MAX);
    }
    try {
      handle(slice.records());
      trouble.over();
      return new Done();
    } catch (Throwable failure) {
      var cause = FailedAtException.causeOf(failure);
      log.debug("{} failed at offset {}", subscription, record.offset(), cause);
      return trouble.settle(record, cause);
    }
  }

  /**
   * The process survived the failure of a record. From now on a start at this record no longer
   * counts as the start of a process that died, however long and by however many processes the
   * record is waited for.
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
    release(tally.unblocked());
  }

  /** What takes longer is left to the look for overdue keys. */
  private void release(Collection<String> unblocked) {
    var begun = System.nanoTime();
    for (var key : unblocked) {
      if (System.nanoTime() - begun > RELEASES_MAX.toNanos()) {
        return;
      }
      release.release(subscription, key);
    }
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
}
