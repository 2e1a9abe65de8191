package onceward.relay.publish;

import java.util.regex.Pattern;
import onceward.messaging.Message;
import onceward.messaging.RootCause;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;

/** Tells what Kafka will never take from what it does not take now. */
final class PublishFailures {

  /**
   * Says that a record's time is refused. Of several such records in one request the producer makes
   * {@link InvalidRecordException}s, which differ from others in their text alone (read in Kafka
   * 4.3's Sender and LogValidator).
   */
  private static final Pattern TIME_REFUSED =
      Pattern.compile(
          "timestamp\\b.* is out of (acceptable )?range|invalid timestamp",
          Pattern.CASE_INSENSITIVE);

  private static final String CLOCKS =
      "; the clocks of this relay and of the broker differ by more than the topic allows (message.timestamp.after.max.ms, message.timestamp.before.max.ms): set the clocks right, and the relay goes on by itself";

  private PublishFailures() {}

  static RuntimeException of(Message message, String topic, Throwable why) {
    return isFinal(why)
        ? new MessageRefusedException(message, topic, why)
        : PublishException.ofMessage(message, topic, why);
  }

  /** Why Kafka does not take a record now, and what to do if that is known. */
  static String tell(Throwable why) {
    var told = RootCause.tell(why);
    return isOfClocks(why) ? told.concat(CLOCKS) : told;
  }

  private static boolean isFinal(Throwable why) {
    return why instanceof RecordTooLargeException
        || why instanceof InvalidTopicException
        || (why instanceof InvalidRecordException && !isOfClocks(why))
        || why instanceof UnsupportedForMessageFormatException
        || why instanceof AuthorizationException;
  }

  /** The producer gives a record its time when it is sent: another attempt has another one. */
  private static boolean isOfClocks(Throwable why) {
    return why instanceof InvalidTimestampException
        || (why instanceof InvalidRecordException
            && TIME_REFUSED.matcher(String.valueOf(why.getMessage())).find());
  }
}
