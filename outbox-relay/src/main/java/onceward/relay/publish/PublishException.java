package onceward.relay.publish;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Kafka did not acknowledge a whole batch in time; any part of it may or may not be in the topics.
 * The publisher is of no further use.
 */
public final class PublishException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final @Nullable String topic;

  private PublishException(String message, Throwable cause, @Nullable String topic) {
    super(message, cause);
    this.topic = topic;
  }

  static PublishException ofMessage(Object id, String topic, Throwable why) {
    return new PublishException(
        "Kafka did not take message %s for topic %s: %s".formatted(id, topic, why.getMessage()),
        why,
        topic);
  }

  static PublishException ofPosition(String topic, Throwable why) {
    return new PublishException(
        "Kafka did not take the position for topic %s: %s".formatted(topic, why.getMessage()),
        why,
        topic);
  }

  static PublishException ofTransaction(String what, String transactionalId, Throwable why) {
    return new PublishException(
        "Kafka did not %s a transaction of %s in time, or did and could not say so: %s"
            .formatted(what, transactionalId, why.getMessage()),
        why,
        null);
  }

  /** The topic that did not take it. */
  public Optional<String> topic() {
    return Optional.ofNullable(topic);
  }
}
