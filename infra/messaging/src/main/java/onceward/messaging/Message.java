package onceward.messaging;

import java.time.Instant;
import java.util.UUID;

/**
 * A fact about one aggregate, as the outbox stores it and consumers receive it.
 *
 * <p>Two messages with equal ids are the same message, however often and wherever they arrive.
 *
 * @param id the identity consumers deduplicate by: a UUIDv7 minted by the producer's database
 * @param aggregateType kind of the aggregate in lower case, e.g. {@code account}; names the topic
 * @param aggregateId the aggregate; the Kafka key, hence the unit of ordering
 * @param aggregateVersion 1, 2, 3 … per aggregate, without gaps; {@link #UNVERSIONED} only in a
 *     relay, of an outbox that counts none
 * @param type what happened, e.g. {@code AccountRegistered}
 * @param payload a JSON object, never altered between the outbox and the consumer
 * @param context where the message comes from
 */
public record Message(
    UUID id,
    String aggregateType,
    String aggregateId,
    long aggregateVersion,
    String type,
    String payload,
    MessageContext context) {

  /** In place of a version, where an outbox of others has none. */
  public static final long UNVERSIONED = 0;

  /** The topic on which messages about one kind of aggregate travel. */
  public static String topicOf(String aggregateType) {
    return aggregateType + ".events";
  }

  /** The topic this message travels on. */
  public String topic() {
    return topicOf(aggregateType);
  }

  /**
   * The time at which the producer's database made the id, in milliseconds of its clock (RFC 9562,
   * section 5.7).
   *
   * @throws IllegalStateException if the id is not a UUIDv7 and so carries no time
   */
  public Instant time() {
    if (id.version() != 7) {
      throw new IllegalStateException(
          "message id " + id + " is a UUIDv" + id.version() + ", only UUIDv7 carries a time");
    }
    return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
  }

  /** Names the message for logs; the payload stays out, it may hold personal data. */
  @Override
  public String toString() {
    return "%s %s of %s %s version %d"
        .formatted(type, id, aggregateType, aggregateId, aggregateVersion);
  }
}
