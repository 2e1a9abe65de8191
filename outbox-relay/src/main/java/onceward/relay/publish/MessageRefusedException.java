package onceward.relay.publish;

import java.util.UUID;

/** Kafka refuses a message, and would refuse it again. The publisher is of no further use. */
public final class MessageRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final UUID messageId;
  private final String topic;

  MessageRefusedException(UUID messageId, String topic, Throwable why) {
    super(
        "Kafka refuses message %s for topic %s: %s".formatted(messageId, topic, why.getMessage()),
        why);
    this.messageId = messageId;
    this.topic = topic;
  }

  public UUID messageId() {
    return messageId;
  }

  public String topic() {
    return topic;
  }
}
