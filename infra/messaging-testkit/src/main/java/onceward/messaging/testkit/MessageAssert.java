package onceward.messaging.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Set;
import java.util.TreeSet;
import onceward.messaging.Message;
import org.assertj.core.api.AbstractAssert;

/** Assertions about one message. Failures name the message and its fields, never their values. */
public final class MessageAssert extends AbstractAssert<MessageAssert, Message> {

  private static final ObjectMapper JSON = new ObjectMapper();

  MessageAssert(Message actual) {
    super(actual, MessageAssert.class);
  }

  /** An assertion about a message read elsewhere. */
  public static MessageAssert assertThat(Message message) {
    return new MessageAssert(message);
  }

  /** It is of this type. */
  public MessageAssert hasType(String type) {
    return check(actual.type().equals(type), "expected type " + type);
  }

  /** It tells of this version of its aggregate. */
  public MessageAssert hasVersion(long version) {
    return check(actual.aggregateVersion() == version, "expected version " + version);
  }

  /** It was appended while that message was handled. */
  public MessageAssert isCausedBy(Message cause) {
    var known = actual.context().causationId();
    return check(
        cause.id().equals(known), "expected to be caused by %s, not %s".formatted(cause, known));
  }

  /** Its payload is this JSON, in whatever order and spacing. */
  public MessageAssert hasPayload(String json) {
    var differing = differing(tree(json), tree(actual.payload()));
    return check(differing.isEmpty(), "expected another payload; what differs is " + differing);
  }

  /** Its payload has this field at the top, with this value as text. */
  public MessageAssert hasField(String name, String value) {
    var field = tree(actual.payload()).get(name);
    return check(
        field != null && field.asText().equals(value),
        "expected another value, or the field at all: " + name);
  }

  /** Its payload conforms to the schema of its type, see {@link Contracts}. */
  public MessageAssert keepsContract() {
    var violations = Contracts.violations(actual.topic(), actual.type(), actual.payload());
    return check(violations.isEmpty(), "expected to keep its contract: " + violations);
  }

  private MessageAssert check(boolean holds, String expectation) {
    if (!holds) {
      failWithMessage("%s", actual + ": " + expectation);
    }
    return this;
  }

  private static Set<String> differing(JsonNode expected, JsonNode found) {
    var names = new TreeSet<String>();
    expected.fieldNames().forEachRemaining(names::add);
    found.fieldNames().forEachRemaining(names::add);
    names.removeIf(name -> expected.path(name).equals(found.path(name)));
    return names;
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON, at " + e.getLocation().offsetDescription(), e);
    }
  }
}
