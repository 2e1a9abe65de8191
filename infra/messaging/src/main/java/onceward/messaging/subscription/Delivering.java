package onceward.messaging.subscription;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Makes what delivers the partitions of a subscription. */
@Singleton
@Requires(bean = HandleOnce.class)
final class Delivering {

  private final HandleOnce handleOnce;
  private final Redelivery redelivery;
  private final DeliveryStarts starts;
  private final SetAside setAside;
  private final Deliveries deliveries;
  private final MessagingConfiguration messaging;
  private final Clock clock;

  Delivering(
      HandleOnce handleOnce,
      Redelivery redelivery,
      DeliveryStarts starts,
      SetAside setAside,
      Deliveries deliveries,
      MessagingConfiguration messaging,
      Clock clock) {
    this.handleOnce = handleOnce;
    this.redelivery = redelivery;
    this.starts = starts;
    this.setAside = setAside;
    this.deliveries = deliveries;
    this.messaging = messaging;
    this.clock = clock;
  }

  /** For a partition that has just been assigned. */
  PartitionDelivery partition(Subscription subscription, KillSwitch killSwitch) {
    var trouble =
        new PartitionTrouble(subscription, setAside, killSwitch, deliveries, messaging, clock);
    return new PartitionDelivery(
        subscription, handleOnce, redelivery, starts, killSwitch, deliveries, trouble);
  }
}
