package onceward.relay.publish;

import onceward.messaging.Message;

/** Kafka refuses a message, and would refuse it again. The publisher is of no further use. */
public final class MessageRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Message refused;

  MessageRefusedException(Message refused, String topic, Throwable why) {
    super(
        "Kafka refuses message %s for topic %s: %s"
            .formatted(refused.id(), topic, why.getMessage()),
        why);
    this.refused = refused;
  }

  public Message refused() {
    return refused;
  }
}
