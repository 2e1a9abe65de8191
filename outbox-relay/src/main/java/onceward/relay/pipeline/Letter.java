package onceward.relay.pipeline;

/**
 * An event on its way to the thread that owns the state.
 *
 * @param generation of the worker that the event comes from; {@link #ANY} if it comes from none
 */
record Letter(int generation, Event event) {

  private static final int ANY = 0;

  /** From an operator, the process or the clock. */
  static Letter of(Event event) {
    return new Letter(ANY, event);
  }

  /** Whether the sender still counts. */
  boolean isCurrent(State state) {
    return generation == ANY || generation == state.generation();
  }
}
