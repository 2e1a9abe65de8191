package onceward.messaging;

import java.util.regex.Pattern;

/**
 * The limits of a message. The outbox table has the same limits as constraints, whose violation
 * costs the transaction; these are checked before the database is asked.
 */
public final class MessageLimits {

  /** As the outbox table has it. Kafka allows topic names of 249 characters, "." and "_" too. */
  public static final Pattern AGGREGATE_TYPE = Pattern.compile("[a-z][a-z0-9-]{0,63}");

  /**
   * Bytes of an aggregate id in UTF-8, as the outbox table has it: room for any key, no document.
   */
  public static final int AGGREGATE_ID_BYTES_MAX = 256;

  /** Bytes of a type in UTF-8, as the outbox table has it: it is a name. */
  public static final int TYPE_BYTES_MAX = 128;

  /**
   * Bytes of a payload in UTF-8, as the outbox table has it: half of the 1 MiB that Kafka's brokers
   * take by default ({@code message.max.bytes}), so that no message is ever refused there.
   */
  public static final int PAYLOAD_BYTES_MAX = 512 * 1024;

  /** Messages appended in one call: a statement of some ten milliseconds. */
  public static final int APPENDED_AT_ONCE_MAX = 1000;

  /** Bytes of all payloads appended in one call: they lie in memory several times over. */
  public static final int APPENDED_AT_ONCE_BYTES_MAX = 8 * 1024 * 1024;

  private static final int QUOTED_CHARACTERS_MAX = 64;

  private MessageLimits() {}

  static void check(String aggregateType, String aggregateId, long aggregateVersion, String type) {
    if (!fits(type, TYPE_BYTES_MAX)) {
      throw unfit("type of a message", type, TYPE_BYTES_MAX);
    }
    if (!AGGREGATE_TYPE.matcher(aggregateType).matches()) {
      throw new InvalidMessageException(
          "aggregate type of %s is '%s'; allowed are 1 to 64 lower case letters, digits and hyphens, a letter first: it names the topic"
              .formatted(type, quoted(aggregateType)));
    }
    if (!fits(aggregateId, AGGREGATE_ID_BYTES_MAX)) {
      var what = "aggregate id of %s about a %s".formatted(type, aggregateType);
      throw unfit(what, aggregateId, AGGREGATE_ID_BYTES_MAX);
    }
    if (aggregateVersion < 1) {
      throw new InvalidMessageException(
          "version of %s is %d; the first is 1: take it from the aggregate's row, after the change"
              .formatted(NewMessage.about(type, aggregateType, aggregateId), aggregateVersion));
    }
  }

  /**
   * Checks the payload, once it is written as JSON.
   *
   * @param json well-formed JSON
   * @return its bytes in UTF-8
   * @throws InvalidMessageException if it is no object, too large, or holds what PostgreSQL cannot
   *     store as text: U+0000 or half a surrogate pair
   */
  public static int checkPayload(NewMessage message, String json) {
    if (!StorableText.startsWith('{', json)) {
      throw new InvalidMessageException(
          "payload of %s is written as JSON, but not as an object: make it a record"
              .formatted(message.about()));
    }
    var bytes = StorableText.utf8Bytes(json);
    if (bytes == StorableText.NOT_STORABLE || StorableText.escapesUnstorable(json)) {
      throw new InvalidMessageException(
          "payload of %s holds U+0000 or half a surrogate pair, which no PostgreSQL text can: refuse or replace it where it comes in"
              .formatted(message.about()));
    }
    if (bytes > PAYLOAD_BYTES_MAX) {
      throw new InvalidMessageException(
          "payload of %s is %d bytes; at most %d are allowed: send a reference instead"
              .formatted(message.about(), bytes, PAYLOAD_BYTES_MAX));
    }
    return bytes;
  }

  private static boolean fits(String text, int bytesMax) {
    var bytes = StorableText.utf8Bytes(text);
    return bytes >= 1 && bytes <= bytesMax;
  }

  private static InvalidMessageException unfit(String what, String text, int bytesMax) {
    var bytes = StorableText.utf8Bytes(text);
    return new InvalidMessageException(
        bytes == StorableText.NOT_STORABLE
            ? what
                + " holds U+0000 or half a surrogate pair: take another, PostgreSQL cannot store it"
            : "%s is %d bytes; allowed are 1 to %d: take another".formatted(what, bytes, bytesMax));
  }

  private static String quoted(String text) {
    var oneLine = text.replaceAll("\\p{Cntrl}", "?");
    return oneLine.length() <= QUOTED_CHARACTERS_MAX
        ? oneLine
        : oneLine.substring(0, QUOTED_CHARACTERS_MAX) + "…";
  }
}
