package onceward.messaging.polling;

import onceward.messaging.subscription.Subscription;

/** Another service is in the group of a subscription, and would get a part of its messages. */
final class ForeignGroupException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ForeignGroupException(Subscription subscription, String service, String other) {
    super(
        ("stopped: the Kafka group %1$s is used by another service, %2$s, and each of the two would get a part of the"
                + " messages. Give the consumer of one service another name; then let the other go on by"
                + " POST /messaging/%3$s/%4$s at each of its processes (this service is %5$s)")
            .formatted(
                subscription.group(),
                other,
                subscription.consumer(),
                subscription.topic(),
                service));
  }
}
