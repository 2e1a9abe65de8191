package onceward.relay.quarantine;

import static java.util.stream.Collectors.joining;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The state of a parked message: column {@code relay_parked.state}. The server derives the state
 * from the columns that say who did what and when, so relays of every version agree on the state.
 * Every statement that changes a row names the states in which it finds the row, and changes
 * nothing in another state. infra/docs/state-machines.md draws the edges.
 */
public enum ParkedState {

  /** The message came behind a quarantined message of its key, and waits for its turn. */
  WAITING,

  /** An operator has quarantined the message. */
  QUARANTINED,

  /**
   * An operator has requested, at this message, that the messages of its key be published. The
   * message may be a quarantined one or one behind it.
   */
  RELEASE_REQUESTED,

  /** An operator has discarded the message, and so requested that the rest of its key flow. */
  DISCARD_REQUESTED,

  /** The message is discarded, and the release of its key was refused and needs a new request. */
  DISCARD_PENDING,

  /** The message was quarantined, and is published. The row stays as a record, without payload. */
  RELEASED,

  /** The message is discarded, and no message waits for it. The row stays, with its payload. */
  DISCARDED,

  /** A change of an outbox row that is no message. An operator has discarded the change. */
  UNREADABLE;

  /** The states in which a message is parked. */
  static final Set<ParkedState> OPEN =
      set(WAITING, QUARANTINED, RELEASE_REQUESTED, DISCARD_REQUESTED, DISCARD_PENDING);

  /** The states in which a row is a record of what became of its message. */
  static final Set<ParkedState> ENDED = set(RELEASED, DISCARDED, UNREADABLE);

  /** The states in which the release of the key is requested. */
  static final Set<ParkedState> REQUESTED = set(RELEASE_REQUESTED, DISCARD_REQUESTED);

  /** The states of a message that is discarded and still has its turn among those of its key. */
  static final Set<ParkedState> TO_DISCARD = set(DISCARD_REQUESTED, DISCARD_PENDING);

  /** The states of what operators have discarded, ever. */
  static final Set<ParkedState> EVER_DISCARDED =
      set(DISCARD_REQUESTED, DISCARD_PENDING, DISCARDED, UNREADABLE);

  /** The states of the quarantined messages that are parked, and of some messages behind them. */
  static final Set<ParkedState> MAY_BE_QUARANTINED =
      set(QUARANTINED, RELEASE_REQUESTED, DISCARD_REQUESTED, DISCARD_PENDING);

  /** The states in which a row may be deleted, unless its message was quarantined. */
  public static final Set<ParkedState> DELETABLE = set(WAITING, RELEASE_REQUESTED);

  /** The states in which a row begins. */
  public static final Set<ParkedState> FIRST = set(WAITING, QUARANTINED, UNREADABLE);

  /** The states that may follow this one. A row that keeps its state makes no step. */
  public Set<ParkedState> next() {
    return switch (this) {
      case WAITING -> set(RELEASE_REQUESTED, DISCARD_REQUESTED);
      case QUARANTINED -> set(RELEASE_REQUESTED, DISCARD_REQUESTED, RELEASED);
      case RELEASE_REQUESTED -> set(WAITING, QUARANTINED, DISCARD_REQUESTED, RELEASED);
      case DISCARD_REQUESTED -> set(DISCARD_PENDING, DISCARDED);
      case DISCARD_PENDING -> set(DISCARD_REQUESTED, DISCARDED);
      case RELEASED, DISCARDED -> set(QUARANTINED);
      case UNREADABLE -> Set.of();
    };
  }

  /** As a list in SQL: {@code ('WAITING', 'QUARANTINED')}. */
  static String sqlList(Set<ParkedState> states) {
    return states.stream().map(state -> "'" + state + "'").collect(joining(", ", "(", ")"));
  }

  private static Set<ParkedState> set(ParkedState first, ParkedState... rest) {
    return Collections.unmodifiableSet(EnumSet.of(first, rest));
  }
}
