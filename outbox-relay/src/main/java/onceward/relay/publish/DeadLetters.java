package onceward.relay.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import onceward.messaging.Message;
import onceward.messaging.MessageRecords;
import onceward.messaging.RootCause;
import onceward.messaging.kafka.KafkaConnection;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The topic of the messages that an operator has quarantined: the record that was refused, under
 * the same key, with more headers that say why. So that Kafka takes it whatever was refused, a
 * payload above {@link #PAYLOAD_BYTES_MAX} is left out, and key and headers are cut after {@link
 * #PART_BYTES_MAX}. A copy for whoever watches Kafka: what waits is in the database. Safe for use
 * by many threads.
 */
public final class DeadLetters {

  /** With key and headers at their longest, less than a producer sends at once. */
  static final int PAYLOAD_BYTES_MAX = 768 * 1024;

  /** Of the key, and of each header; there are fewer than 16. */
  static final int PART_BYTES_MAX = 12 * 1024;

  private static final byte[] NO_PAYLOAD = {};
  private static final int TOPIC_BYTES_MAX = 2 * 1024 * 1024;

  private final KafkaConnection connection;
  private final Topics topics;
  private final String topic;
  private final Addressing addressing;
  private final String slot;

  /**
   * @param topic is made when the first letter is published
   * @param addressing where the messages would have gone to
   * @param slot is named in the letters
   */
  public DeadLetters(KafkaConnection connection, String topic, Addressing addressing, String slot) {
    this.connection = connection;
    this.topics = new Topics(connection);
    this.topic = topic;
    this.addressing = addressing;
    this.slot = slot;
  }

  /**
   * Publishes a letter; when it returns, it is on all in-sync replicas.
   *
   * @throws KafkaAwayException if Kafka does not take it
   */
  public void publish(Message message, String why, String operator) throws InterruptedException {
    if (topics.look(Set.of(topic)).isEmpty()) {
      topics.create(
          topic, Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(TOPIC_BYTES_MAX)));
    }
    try (var producer =
        new KafkaProducer<>(
            ProducerSettings.of(connection, slot + "-dead-letters"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(letter(message, why, operator)).get();
    } catch (KafkaException e) {
      throw refused(message, e);
    } catch (ExecutionException e) {
      throw refused(message, e.getCause() == null ? e : e.getCause());
    }
  }

  private ProducerRecord<byte[], byte[]> letter(Message message, String why, String operator) {
    var refused = record(message);
    var value = refused.value().length > PAYLOAD_BYTES_MAX ? NO_PAYLOAD : refused.value();
    var letter = new ProducerRecord<>(topic, cut(refused.key()), value);
    refused.headers().forEach(header -> letter.headers().add(header.key(), cut(header.value())));
    header(letter, "dead-letter-topic", addressing.topics().topicOf(message.aggregateType()));
    header(letter, "dead-letter-reason", why);
    header(letter, "dead-letter-slot", slot);
    header(letter, "dead-letter-operator", operator);
    return letter;
  }

  /** One without headers where the message makes none. */
  private ProducerRecord<byte[], byte[]> record(Message message) {
    try {
      return MessageRecords.toRecord(message, topic, addressing.source());
    } catch (RuntimeException unforeseen) {
      return new ProducerRecord<>(topic, NO_PAYLOAD, NO_PAYLOAD);
    }
  }

  private static void header(ProducerRecord<?, ?> letter, String name, String value) {
    letter.headers().add(name, cut(value.getBytes(UTF_8)));
  }

  private static byte[] cut(byte[] part) {
    return part.length <= PART_BYTES_MAX ? part : Arrays.copyOf(part, PART_BYTES_MAX);
  }

  private KafkaAwayException refused(Message message, Throwable why) {
    return new KafkaAwayException(
        "Kafka does not take message %s for topic %s either: %s"
            .formatted(message.id(), topic, RootCause.tell(why)),
        why);
  }
}
