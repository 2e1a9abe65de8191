package onceward.relay.position;

/**
 * How far a parked key has come. The parked messages of a key are numbered in the order in which
 * they arrived. Immutable.
 *
 * @param arrived the number of the last message that has arrived; capture delivers the messages
 *     beyond that number again
 * @param released the number of the last message that has been published from the quarantine; 0 if
 *     none has
 */
public record ParkedProgress(long arrived, long released) {

  /** A key of which no message has arrived yet. */
  public static final ParkedProgress NONE = new ParkedProgress(0, 0);

  /** As far as either of two says. */
  public ParkedProgress furthest(ParkedProgress other) {
    return new ParkedProgress(Math.max(arrived, other.arrived), Math.max(released, other.released));
  }
}
