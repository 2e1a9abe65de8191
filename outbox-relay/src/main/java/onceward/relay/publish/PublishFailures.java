package onceward.relay.publish;

import onceward.messaging.Message;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;

/** Tells what Kafka will never take from what it does not take now. */
final class PublishFailures {

  private PublishFailures() {}

  static RuntimeException of(Message message, String topic, Throwable why) {
    return isFinal(why)
        ? new MessageRefusedException(message, topic, why)
        : PublishException.ofMessage(message, topic, why);
  }

  private static boolean isFinal(Throwable why) {
    return why instanceof RecordTooLargeException
        || why instanceof InvalidTopicException
        || why instanceof InvalidRecordException
        || why instanceof UnsupportedForMessageFormatException
        || why instanceof AuthorizationException;
  }
}
