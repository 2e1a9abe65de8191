package onceward.relay.pipeline;

import java.util.List;
import java.util.OptionalLong;

/**
 * Holds the state of a pipeline, and changes it as {@link PipelineMachine} decides. Drops what
 * comes from workers of another generation: here, and nowhere else. One thread changes the state;
 * any thread may read it.
 */
final class StateOwner {

  private final PipelineMachine machine;
  private volatile State state;

  StateOwner(PipelineMachine machine, Moment now, String pipeline) {
    this.machine = machine;
    this.state = State.first(pipeline, now);
  }

  State state() {
    return state;
  }

  /** When a {@link Event.Timer} is due, by {@link Moment#nanos()}; empty for never. */
  OptionalLong deadline() {
    return PipelineMachine.deadline(state);
  }

  /** Begins. What is returned is to be done. */
  List<Effect> begin(Moment now) {
    return become(machine.begin(state, now));
  }

  /** Takes a letter. What is returned is to be done, by workers of the present generation. */
  List<Effect> take(Letter letter, Moment now) {
    return letter.isCurrent(state) ? become(machine.on(state, letter.event(), now)) : List.of();
  }

  private List<Effect> become(Decision decision) {
    state = decision.state();
    return decision.effects();
  }
}
