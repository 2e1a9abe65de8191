package onceward.messaging.subscription;

import java.time.Clock;
import java.util.Optional;
import onceward.messaging.MalformedRecordException;
import onceward.messaging.deadletter.Reason;
import onceward.messaging.subscription.Deliveries.Outcome;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a record that failed alone: time may mend it, and it holds back its
 * partition; or nothing will, and it is set aside.
 *
 * <p>Belongs to one partition, and is used by one thread at a time.
 */
final class PartitionTrouble {

  private final Subscription subscription;
  private final SetAside setAside;
  private final KillSwitch killSwitch;
  private final Deliveries deliveries;
  private final MessagingConfiguration messaging;
  private final Clock clock;

  private @Nullable HeldBack heldBack;

  PartitionTrouble(
      Subscription subscription,
      SetAside setAside,
      KillSwitch killSwitch,
      Deliveries deliveries,
      MessagingConfiguration messaging,
      Clock clock) {
    this.subscription = subscription;
    this.setAside = setAside;
    this.killSwitch = killSwitch;
    this.deliveries = deliveries;
    this.messaging = messaging;
    this.clock = clock;
  }

  /** The record that the partition waits for; empty if it flows. */
  Optional<HeldBack> heldBack() {
    return Optional.ofNullable(heldBack);
  }

  /** The record that was waited for is done with. */
  void over() {
    heldBack = null;
  }

  /** Whether the record is done with, or else holds back its partition. */
  boolean settle(ConsumerRecord<byte[], byte[]> record, Throwable failure) {
    var attempts = attempts(record) + (Failures.isTransient(failure) ? 0 : 1);
    var reason = reasonToGiveUp(failure, attempts);
    if (reason.isEmpty() || killSwitch.isOpen()) {
      holdBack(record, failure, attempts);
      return false;
    }
    return giveUp(record, failure, reason.get(), attempts);
  }

  /**
   * Makes a dead letter of the record; if not even that can be done, it holds back its partition.
   */
  boolean giveUp(
      ConsumerRecord<byte[], byte[]> record, Throwable failure, Reason reason, int attempts) {
    try {
      setAside.setAside(subscription, record, Failures.describe(failure, reason, attempts));
    } catch (RuntimeException notNow) {
      holdBack(record, notNow, attempts - 1);
      return false;
    }
    killSwitch.deadLetter(failure);
    deliveries.count(subscription, Outcome.DEAD_LETTER, 1);
    over();
    return true;
  }

  /** The record is tried again later, after the others of its partition have waited for it. */
  void holdBack(ConsumerRecord<byte[], byte[]> record, Throwable failure, int attempts) {
    var failures = isHeldBack(record) ? heldBack().orElseThrow().failures() + 1 : 1;
    var due = clock.instant().plus(Backoff.wait(failures, messaging));
    heldBack = new HeldBack(record.offset(), failures, attempts, due, Failures.describe(failure));
    deliveries.count(subscription, Outcome.FAILED, 1);
  }

  private Optional<Reason> reasonToGiveUp(Throwable failure, int attempts) {
    return switch (failure) {
      case RefusedException refused -> Optional.of(refused.reason());
      case MalformedRecordException _ -> Optional.of(Reason.MALFORMED);
      default ->
          attempts >= messaging.attemptsMax() && !Failures.isTransient(failure)
              ? Optional.of(Reason.POISON)
              : Optional.empty();
    };
  }

  private int attempts(ConsumerRecord<?, ?> record) {
    return isHeldBack(record) ? heldBack().orElseThrow().attempts() : 0;
  }

  private boolean isHeldBack(ConsumerRecord<?, ?> record) {
    return heldBack != null && heldBack.offset() == record.offset();
  }
}
