package onceward.messaging;

/**
 * A message to append: everything but the id, which the database makes.
 *
 * <p>The constructor checks names and version against {@link MessageLimits}. The payload is checked
 * when the message is appended: only then does the service's own mapper write it as JSON, once.
 *
 * @param aggregateType kind of the aggregate, lower case letters, digits and hyphens, e.g. {@code
 *     account}
 * @param aggregateId the aggregate, 1 to 256 bytes in UTF-8
 * @param aggregateVersion the aggregate's version after the change this message tells of: 1 for the
 *     first. Take it under the aggregate's row lock, or two transactions will claim the same one
 * @param type what happened, in the past tense, 1 to 128 bytes in UTF-8
 * @param payload serialized as a JSON object of at most 512 KiB; never a password, hash or token
 */
public record NewMessage(
    String aggregateType, String aggregateId, long aggregateVersion, String type, Object payload) {

  /**
   * Checks all but the payload.
   *
   * @throws InvalidMessageException if a part breaks a limit
   */
  public NewMessage {
    MessageLimits.check(aggregateType, aggregateId, aggregateVersion, type);
  }

  /** What happened and to whom, for errors. */
  String about() {
    return about(type, aggregateType, aggregateId);
  }

  static String about(String type, String aggregateType, String aggregateId) {
    return "%s about %s %s".formatted(type, aggregateType, aggregateId);
  }

  /** Names the message for logs; the payload stays out, it may hold personal data. */
  @Override
  public String toString() {
    return "%s of %s %s version %d".formatted(type, aggregateType, aggregateId, aggregateVersion);
  }
}
