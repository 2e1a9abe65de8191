package onceward.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A message as a Kafka record and back, the only place where the header names are spelled.
 *
 * <p>The key is the aggregate id and the value is the payload, byte for byte. The headers follow
 * the binary mode of the CloudEvents 1.0 Kafka protocol binding, with the {@code sequence}
 * extension carrying the aggregate version, and W3C trace context. Consumers may be handed records
 * by others, so reading is strict about what it needs and blind to the rest.
 */
public final class MessageRecords {

  private static final String SPEC_VERSION = "ce_specversion";
  private static final String ID = "ce_id";
  private static final String SOURCE = "ce_source";
  private static final String TYPE = "ce_type";
  private static final String SUBJECT = "ce_subject";
  private static final String TIME = "ce_time";
  private static final String SEQUENCE = "ce_sequence";
  private static final String CAUSATION_ID = "ce_causationid";
  private static final String CORRELATION_ID = "ce_correlationid";
  private static final String CONTENT_TYPE = "content-type";
  private static final String TRACEPARENT = "traceparent";

  private static final byte[] SPEC_VERSION_1_0 = utf8("1.0");
  private static final byte[] JSON = utf8("application/json");
  private static final String TOPIC_SUFFIX = Message.topicOf("");

  private MessageRecords() {}

  /**
   * The record to publish.
   *
   * @param source the service that appended the message, as a URI reference, e.g. {@code
   *     /onceward/auth-service}
   */
  public static ProducerRecord<byte[], byte[]> toRecord(Message message, String source) {
    return toRecord(message, message.topic(), source);
  }

  /**
   * The record to publish, on a topic of another name: for consumers that are not of this library,
   * which finds the kind of an aggregate in the name.
   *
   * @param source as above
   */
  public static ProducerRecord<byte[], byte[]> toRecord(
      Message message, String topic, String source) {
    return toRecord(message, topic, source, _ -> null);
  }

  /**
   * The record to publish, to a chosen partition.
   *
   * @param source as above
   * @param partition tells by the record's key which one; null leaves it to the producer
   */
  public static ProducerRecord<byte[], byte[]> toRecord(
      Message message, String topic, String source, Function<byte[], @Nullable Integer> partition) {
    var key = utf8(message.aggregateId());
    var record = new ProducerRecord<>(topic, partition.apply(key), key, utf8(message.payload()));
    var context = message.context();
    var headers = record.headers();
    headers.add(SPEC_VERSION, SPEC_VERSION_1_0);
    headers.add(ID, utf8(message.id().toString()));
    headers.add(SOURCE, utf8(source));
    headers.add(TYPE, utf8(message.type()));
    headers.add(SUBJECT, key);
    if (message.id().version() == 7) {
      headers.add(TIME, TimeText.utf8(message.time()));
    }
    if (message.aggregateVersion() != Message.UNVERSIONED) {
      headers.add(SEQUENCE, utf8(Long.toString(message.aggregateVersion())));
    }
    headers.add(CONTENT_TYPE, JSON);
    addIfKnown(headers, TRACEPARENT, context.traceparent());
    addIfKnown(headers, CAUSATION_ID, context.causationId());
    addIfKnown(headers, CORRELATION_ID, context.correlationId());
    return record;
  }

  /**
   * The type of the message in this record, read without looking at the rest.
   *
   * @throws MalformedRecordException if it names none
   */
  public static String typeOf(ConsumerRecord<?, ?> record) {
    return required(record, TYPE);
  }

  /**
   * The message in this record.
   *
   * @throws MalformedRecordException if a header that a message cannot do without is missing or
   *     unreadable, or if the record has a key that is not its subject
   */
  public static Message toMessage(ConsumerRecord<byte[], byte[]> record) {
    var headers = record.headers();
    if (record.value() == null) {
      throw new MalformedRecordException(record, "the value is empty");
    }
    requireSubjectAsKey(record);
    try {
      return new Message(
          UUID.fromString(required(record, ID)),
          aggregateType(record),
          required(record, SUBJECT),
          Long.parseLong(required(record, SEQUENCE)),
          required(record, TYPE),
          new String(record.value(), UTF_8),
          new MessageContext(
              text(headers, TRACEPARENT),
              uuid(headers, CAUSATION_ID),
              uuid(headers, CORRELATION_ID)));
    } catch (IllegalArgumentException unreadable) {
      throw new MalformedRecordException(record, String.valueOf(unreadable.getMessage()));
    }
  }

  /**
   * A message waits under its key, and is looked for under its subject: with two names it would
   * wait for ever. Compared as the database stores them, for the key may come from there.
   */
  private static void requireSubjectAsKey(ConsumerRecord<byte[], byte[]> record) {
    var subject = record.headers().lastHeader(SUBJECT);
    if (record.key() != null
        && subject != null
        && subject.value() != null
        && !Arrays.equals(record.key(), subject.value())
        && !storable(record.key()).equals(storable(subject.value()))) {
      throw new MalformedRecordException(
          record,
          "its key differs from header %s; both have to be the id of the aggregate, byte for byte: see that the relay that published it has no converter that writes keys as JSON, which puts quotes around them"
              .formatted(SUBJECT));
    }
  }

  /**
   * The record's key as text: the aggregate, and the unit of order. Null for a record without one.
   */
  public static @Nullable String keyOf(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? null : storable(record.key());
  }

  /** The bytes of such a key. */
  public static byte[] keyBytes(String key) {
    return utf8(key);
  }

  /** The message id the record names; empty if it names none that can be read. */
  public static Optional<UUID> idIn(ConsumerRecord<?, ?> record) {
    return readable(record, ID, UUID::fromString);
  }

  /** The type the record names; empty if it names none. */
  public static Optional<String> typeIn(ConsumerRecord<?, ?> record) {
    var header = record.headers().lastHeader(TYPE);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(storable(header.value()));
  }

  /** The aggregate version the record names; empty if it names none that can be read. */
  public static Optional<Long> versionIn(ConsumerRecord<?, ?> record) {
    return readable(record, SEQUENCE, Long::valueOf);
  }

  private static <T> Optional<T> readable(
      ConsumerRecord<?, ?> record, String name, Function<String, T> read) {
    try {
      return Optional.ofNullable(text(record.headers(), name)).map(read);
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /** PostgreSQL takes every character but U+0000. */
  private static String storable(byte[] utf8) {
    return new String(utf8, UTF_8).replace('\0', '\uFFFD');
  }

  private static String aggregateType(ConsumerRecord<?, ?> record) {
    var topic = record.topic();
    return topic.endsWith(TOPIC_SUFFIX)
        ? topic.substring(0, topic.length() - TOPIC_SUFFIX.length())
        : topic;
  }

  private static String required(ConsumerRecord<?, ?> record, String name) {
    var value = text(record.headers(), name);
    if (value == null) {
      throw new MalformedRecordException(record, "header " + name + " is missing");
    }
    return value;
  }

  private static @Nullable UUID uuid(Headers headers, String name) {
    var value = text(headers, name);
    return value == null ? null : UUID.fromString(value);
  }

  private static @Nullable String text(Headers headers, String name) {
    var header = headers.lastHeader(name);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  private static void addIfKnown(Headers headers, String name, @Nullable Object value) {
    if (value != null) {
      headers.add(name, utf8(value.toString()));
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
