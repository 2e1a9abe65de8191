package onceward.relay.pipeline;

import java.util.List;

/** What a pipeline is from now on, and what is to be done for it, in this order. */
record Decision(State state, List<Effect> effects) {

  static Decision of(State state, Effect... effects) {
    return new Decision(state, List.of(effects));
  }
}
