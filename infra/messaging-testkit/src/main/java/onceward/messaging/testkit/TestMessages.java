package onceward.messaging.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;

/** Messages as another service would send them, made from the golden samples. */
public final class TestMessages {

  private static final ObjectMapper JSON = new ObjectMapper();

  private TestMessages() {}

  /**
   * A message with the golden sample as payload, changed field by field.
   *
   * @param fields name, value, name, value …
   */
  public static Message fromSample(
      String aggregateType, String type, Object aggregateId, long version, Object... fields) {
    try {
      var payload =
          (ObjectNode) JSON.readTree(Contracts.sample(Message.topicOf(aggregateType), type));
      for (var i = 0; i < fields.length; i += 2) {
        payload.put(fields[i].toString(), fields[i + 1].toString());
      }
      return new Message(
          newId(),
          aggregateType,
          aggregateId.toString(),
          version,
          type,
          JSON.writeValueAsString(payload),
          MessageContext.NONE);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the sample of " + type + " is not JSON", e);
    }
  }

  /** A new UUIDv7 of now (RFC 9562, section 5.7). */
  public static UUID newId() {
    return newId(Instant.now());
  }

  /** A new UUIDv7 of that millisecond, as of a message from another day. */
  public static UUID newId(Instant time) {
    var random = ThreadLocalRandom.current();
    var first = time.toEpochMilli() << 16 | 0x7000L | random.nextInt(0x1000);
    var rest = random.nextLong() >>> 2 | 0x8000_0000_0000_0000L;
    return new UUID(first, rest);
  }
}
