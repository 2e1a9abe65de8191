package onceward.relay.republish;

import static java.util.stream.Collectors.joining;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The state of a request to republish: column {@code relay_republish.state}. Every statement that
 * changes a request names the states in which it finds the request, and changes nothing in another
 * state. infra/docs/state-machines.md draws the edges.
 */
public enum RepublishState {

  /** The operator's command names the messages, and none is published. */
  COLLECTING,

  /** The relay that holds the slot publishes the messages before anything that it captures. */
  STARTED,

  /** An operator has paused the request, or Kafka refuses one of its messages. */
  PAUSED,

  /** Every message is published, or is counted with the reason why not. */
  DONE,

  /** An operator has cancelled the request. What was published stays published. */
  CANCELLED;

  /** The states of a request that is not over. A slot has one such request at most. */
  static final Set<RepublishState> OPEN =
      Collections.unmodifiableSet(EnumSet.of(COLLECTING, STARTED, PAUSED));

  /** The states that may follow this one. */
  public Set<RepublishState> next() {
    return switch (this) {
      case COLLECTING -> Set.of(STARTED, CANCELLED);
      case STARTED -> Set.of(PAUSED, DONE, CANCELLED);
      case PAUSED -> Set.of(STARTED, CANCELLED);
      case DONE, CANCELLED -> Set.of();
    };
  }

  /** As a list in SQL: {@code ('STARTED', 'PAUSED')}. */
  static String sqlList(Set<RepublishState> states) {
    return states.stream().map(state -> "'" + state + "'").collect(joining(", ", "(", ")"));
  }
}
