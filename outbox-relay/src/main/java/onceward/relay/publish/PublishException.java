package onceward.relay.publish;

import java.util.Optional;
import onceward.messaging.Message;
import onceward.messaging.RootCause;
import org.jspecify.annotations.Nullable;

/**
 * Kafka did not acknowledge a whole batch in time; any part of it may or may not be in the topics.
 * The publisher is of no further use.
 */
public final class PublishException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient @Nullable Message notTaken;

  private final @Nullable String topic;

  private PublishException(
      String text, Throwable cause, @Nullable Message notTaken, @Nullable String topic) {
    super(text, cause);
    this.notTaken = notTaken;
    this.topic = topic;
  }

  static PublishException ofMessage(Message message, String topic, Throwable why) {
    return new PublishException(
        "Kafka did not take message %s for topic %s: %s"
            .formatted(message.id(), topic, PublishFailures.tell(why)),
        why,
        message,
        topic);
  }

  static PublishException ofPosition(String topic, Throwable why) {
    return new PublishException(
        "Kafka did not take the position for topic %s: %s"
            .formatted(topic, PublishFailures.tell(why)),
        why,
        null,
        null);
  }

  static PublishException ofTransaction(String what, String transactionalId, Throwable why) {
    return new PublishException(
        "Kafka did not %s a transaction of %s in time, or did and could not say so: %s"
            .formatted(what, transactionalId, RootCause.tell(why)),
        why,
        null,
        null);
  }

  /** The topic of that message. */
  public Optional<String> topic() {
    return Optional.ofNullable(topic);
  }

  /** The first message that was not taken, if it was for one. */
  public Optional<Message> notTaken() {
    return Optional.ofNullable(notTaken);
  }
}
