package onceward.relay.publish;

import onceward.messaging.Message;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;

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

  /**
   * Whether no setting of Kafka's helps: there can be no such topic, or the message is larger than
   * what is sent at all.
   */
  public boolean isForEver() {
    var why = getCause();
    return !(why instanceof ApiException)
        || why instanceof InvalidTopicException
        || (why instanceof RecordTooLargeException
            && String.valueOf(why.getMessage()).contains(ProducerConfig.MAX_REQUEST_SIZE_CONFIG));
  }

  public Message refused() {
    return refused;
  }
}
