package onceward.messaging.delivery;

import java.time.Clock;
import java.util.Optional;
import java.util.function.LongSupplier;
import onceward.messaging.deadletter.DeadLetterWriter;
import onceward.messaging.deadletter.Failure;
import onceward.messaging.deadletter.Reason;
import onceward.messaging.delivery.RecordOutcome.DeadLettered;
import onceward.messaging.handling.FailureKinds;
import onceward.messaging.subscription.Subscription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a record that failed alone. A failure that time may mend makes the record
 * hold back its partition; any other makes the record a dead letter.
 *
 * <p>Belongs to one partition. Used by one thread at a time.
 */
final class PartitionTrouble {

  private final Subscription subscription;
  private final DeadLetterWriter deadLetters;
  private final KillSwitch killSwitch;
  private final DeliveryMeters deliveries;
  private final MessagingConfiguration messaging;
  private final Clock clock;
  private final LongSupplier nanoTime;

  private @Nullable HeldBack heldBack;

  PartitionTrouble(
      Subscription subscription,
      DeadLetterWriter deadLetters,
      KillSwitch killSwitch,
      DeliveryMeters deliveries,
      MessagingConfiguration messaging,
      Clock clock,
      LongSupplier nanoTime) {
    this.subscription = subscription;
    this.deadLetters = deadLetters;
    this.killSwitch = killSwitch;
    this.deliveries = deliveries;
    this.messaging = messaging;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** The record that the partition waits for; empty if the partition flows. */
  Optional<HeldBack> heldBack() {
    return Optional.ofNullable(heldBack);
  }

  /** The partition no longer waits for a record. */
  void over() {
    heldBack = null;
  }

  /** The record becomes a dead letter, or holds back its partition. */
  RecordOutcome settle(ConsumerRecord<byte[], byte[]> record, Throwable failure) {
    var attempts = attempts(record) + (FailureKinds.isTransient(failure) ? 0 : 1);
    var reason = reasonToGiveUp(failure, attempts);
    return reason.isEmpty() || killSwitch.isOpen()
        ? holdBack(record, failure, attempts)
        : giveUp(record, failure, reason.get(), attempts);
  }

  /** Makes a dead letter of the record. If that fails too, the record holds back its partition. */
  RecordOutcome giveUp(
      ConsumerRecord<byte[], byte[]> record, Throwable failure, Reason reason, int attempts) {
    try {
      deadLetters.write(subscription, record, Failure.of(failure, reason, attempts));
    } catch (RuntimeException notNow) {
      return holdBack(record, notNow, attempts - 1);
    }
    killSwitch.deadLetter(failure);
    deliveries.count(subscription, Outcome.DEAD_LETTER, 1);
    over();
    return new DeadLettered(reason);
  }

  /** The record is not to blame: the failure counts as no attempt. */
  HeldBack holdBack(ConsumerRecord<byte[], byte[]> record, Throwable failure) {
    return holdBack(record, failure, attempts(record));
  }

  /** Something outside the records failed. The partition begins again with this record. */
  HeldBack startOver(ConsumerRecord<byte[], byte[]> record, Throwable failure) {
    return holdBack(record, failure, 0);
  }

  private HeldBack holdBack(
      ConsumerRecord<byte[], byte[]> record, Throwable failure, int attempts) {
    var failures = isHeldBack(record) ? heldBack().orElseThrow().failures() + 1 : 1;
    var held =
        HeldBack.after(
            RetryWait.wait(failures, messaging),
            clock.instant(),
            nanoTime.getAsLong(),
            record.offset(),
            failures,
            attempts,
            FailureKinds.describe(failure));
    heldBack = held;
    deliveries.count(subscription, Outcome.FAILED, 1);
    return held;
  }

  private Optional<Reason> reasonToGiveUp(Throwable failure, int attempts) {
    var isPoison = attempts >= messaging.attemptsMax() && !FailureKinds.isTransient(failure);
    return Reason.lasting(failure)
        .or(() -> isPoison ? Optional.of(Reason.POISON) : Optional.empty());
  }

  private int attempts(ConsumerRecord<?, ?> record) {
    return isHeldBack(record) ? heldBack().orElseThrow().attempts() : 0;
  }

  private boolean isHeldBack(ConsumerRecord<?, ?> record) {
    return heldBack != null && heldBack.offset() == record.offset();
  }
}
