package onceward.ledger.source;

import java.util.UUID;

/**
 * A message that somebody has put aside. A consumer that does so has claimed it too.
 *
 * @param consumer number of the name of the consumer that did; or of the database's name, if the
 *     relay did
 */
public record SetAside(UUID id, int consumer, Where where) implements Entry {

  /** Where it is now. */
  public enum Where {
    /** A consumer could not handle it, and an operator has not decided yet. */
    DEAD_LETTER,
    /** It waits at a consumer behind a dead letter of its key. */
    PARKED,
    /** An operator has moved its dead letter to a file. */
    ARCHIVED,
    /** An operator decided that the consumer never handles it. */
    DISCARDED,
    /** The relay holds it: Kafka refuses it, or it waits behind one that is refused. */
    HELD_BY_RELAY,
    /** An operator decided that the relay never publishes it. */
    DISCARDED_AT_RELAY
  }
}
