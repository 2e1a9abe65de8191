package onceward.relay.publish;

import java.util.function.Function;
import onceward.messaging.Message;
import onceward.messaging.MessageRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.jspecify.annotations.Nullable;

/**
 * Where messages go to, and where they say they come from.
 *
 * @param topics how the topics are named
 * @param source the CloudEvents source that the messages are to name
 */
public record Addressing(TopicPattern topics, String source) {

  /**
   * The topic that a message goes to.
   *
   * @throws MessageRefusedException if there can be no topic of that name. A producer is not asked:
   *     a name too long for a request kills its thread, and what waits for an answer waits on
   */
  String topicOf(Message message) {
    var topic = topics.topicOf(message.aggregateType());
    if (!TopicName.isAllowed(topic)) {
      throw new MessageRefusedException(
          message,
          shown(topic),
          new InvalidTopicException(
              "its aggregatetype makes no name of a topic, allowed are " + TopicName.ALLOWED));
    }
    return topic;
  }

  /**
   * The record to send.
   *
   * @param topic as {@link #topicOf} tells it
   * @param partition tells by the record's key to which partition it goes
   * @throws MessageRefusedException if no record can be made of the message
   */
  ProducerRecord<byte[], byte[]> record(
      Message message, String topic, Function<byte[], @Nullable Integer> partition) {
    try {
      return MessageRecords.toRecord(message, topic, source, partition);
    } catch (RuntimeException unforeseen) {
      throw new MessageRefusedException(
          message,
          topic,
          new IllegalArgumentException(
              "it makes no record: " + unforeseen.getClass().getName(), unforeseen));
    }
  }

  /** What a row holds may be long, and anything but letters. */
  private static String shown(String topic) {
    var text = topic.replaceAll("[^\\p{L}\\p{N}._ -]", "?");
    return text.length() <= TopicName.LENGTH_MAX
        ? "'%s'".formatted(text)
        : "'%s…' of %d characters".formatted(text.substring(0, 40), text.length());
  }
}
