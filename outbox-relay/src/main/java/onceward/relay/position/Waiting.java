package onceward.relay.position;

/**
 * How far a parked key has come. What waits is numbered in the order in which it arrived.
 *
 * @param arrived the last message that has arrived; whatever waits beyond it is still to come
 * @param released the last that has been published since; 0 if none has
 */
public record Waiting(long arrived, long released) {

  /** As far as either says. */
  public Waiting furthest(Waiting other) {
    return new Waiting(Math.max(arrived, other.arrived), Math.max(released, other.released));
  }
}
