package onceward.messaging.delivery;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import onceward.messaging.deadletter.DeadLetterWriter;
import onceward.messaging.deadletter.ParkedKeyRelease;
import onceward.messaging.subscription.Subscription;

/** Makes a {@link PartitionDelivery} for each partition of a subscription. */
@Singleton
@Requires(bean = HandleOnce.class)
public final class PartitionDeliveries {

  private final HandleOnce handleOnce;
  private final ParkedKeyRelease release;
  private final DeliveryStarts starts;
  private final DeadLetterWriter deadLetters;
  private final DeliveryMeters deliveries;
  private final MessagingConfiguration messaging;
  private final Clock clock;

  PartitionDeliveries(
      HandleOnce handleOnce,
      ParkedKeyRelease release,
      DeliveryStarts starts,
      DeadLetterWriter deadLetters,
      DeliveryMeters deliveries,
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

  /** The delivery of a partition that has just been assigned. */
  public PartitionDelivery partition(Subscription subscription, KillSwitch killSwitch) {
    var trouble =
        new PartitionTrouble(
            subscription, deadLetters, killSwitch, deliveries, messaging, clock, System::nanoTime);
    return new PartitionDelivery(
        subscription, handleOnce, release, starts, killSwitch, deliveries, trouble);
  }
}
