package onceward.ledger.source;

import java.util.UUID;

/**
 * How many messages, and the exclusive or of their ids: the same for the same messages in any
 * order. Sums of other messages differ but by a chance that does not occur, unless somebody makes
 * ids for the purpose. Immutable.
 */
public record Sum(long count, UUID ids) {

  /** Of no message. */
  public static final Sum NONE = new Sum(0, new UUID(0, 0));

  /** Of the messages of both. */
  public Sum plus(Sum other) {
    return new Sum(
        count + other.count,
        new UUID(
            ids.getMostSignificantBits() ^ other.ids.getMostSignificantBits(),
            ids.getLeastSignificantBits() ^ other.ids.getLeastSignificantBits()));
  }
}
