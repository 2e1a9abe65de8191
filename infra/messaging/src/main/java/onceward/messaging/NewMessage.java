package onceward.messaging;

/**
 * A message about to be appended: everything but the id, which the database mints.
 *
 * @param aggregateType kind of the aggregate, lower case letters, digits and hyphens, e.g. {@code
 *     account}
 * @param aggregateId the aggregate, 1 to 256 bytes in UTF-8
 * @param aggregateVersion the aggregate's version after the change this message tells of: 1 for the
 *     first. Take it under the aggregate's row lock, or two transactions will claim the same one
 * @param type what happened, in the past tense, at most 128 bytes
 * @param payload serialized as a JSON object of at most 512 KiB; never a password, hash or token
 */
public record NewMessage(
    String aggregateType, String aggregateId, long aggregateVersion, String type, Object payload) {

  /** Names the message for logs; the payload stays out, it may hold personal data. */
  @Override
  public String toString() {
    return "%s of %s %s version %d".formatted(type, aggregateType, aggregateId, aggregateVersion);
  }
}
