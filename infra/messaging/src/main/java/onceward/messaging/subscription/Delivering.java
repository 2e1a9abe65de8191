package onceward.messaging.subscription;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Makes what delivers the partitions of a subscription. */
@Singleton
@Requires(bean = HandleOnce.class)
final class Delivering {

  private final HandleOnce handleOnce;
  private final ParkedKeyRelease release;
  private final DeliveryStarts starts;
  private final DeadLetterWriter deadLetters;
  private final Deliveries deliveries;
  private final MessagingConfiguration messaging;
  private final Clock clock;

  Delivering(
      HandleOnce handleOnce,
      ParkedKeyRelease release,
      DeliveryStarts starts,
      DeadLetterWriter deadLetters,
      Deliveries deliveries,
      MessagingConfiguration messaging,
      Clock clock) {
    this.handleOnce = handleOnce;
    this.release = release;
    this.starts = starts;
    this.deadLetters = deadLetters;
    this.deliveries = deliveries;
    this.messaging = messaging;
    this.clock = clock;
  }

  /** For a partition that has just been assigned. */
  PartitionDelivery partition(Subscription subscription, KillSwitch killSwitch) {
    var trouble =
        new PartitionTrouble(subscription, deadLetters, killSwitch, deliveries, messaging, clock);
    return new PartitionDelivery(
        subscription, handleOnce, release, starts, killSwitch, deliveries, trouble);
  }
}
