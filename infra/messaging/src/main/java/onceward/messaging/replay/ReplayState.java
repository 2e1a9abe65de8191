package onceward.messaging.replay;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * The states of a replay, and between which of them a replay may go. Drawn in the state machines.
 */
public enum ReplayState {
  /** Stored, and not planned yet. */
  REQUESTED,
  /** An instance of the service reads the records and counts what would happen. */
  PLANNING,
  /** The plan is there, and an operator decides. */
  PLANNED,
  /** An operator wants it to run, and no instance of the service works on it. */
  QUEUED,
  /** An instance of the service works on it. */
  RUNNING,
  /** Stands still until an operator resumes it. */
  PAUSED,
  /** Given up by an operator; what was handled stays handled. */
  CANCELLED,
  /** Would not keep what is promised, so nothing was handled. */
  REFUSED,
  /** Every record of its ranges is done with. */
  DONE;

  /** The states to which a replay may go from here. */
  public Set<ReplayState> next() {
    return switch (this) {
      case REQUESTED -> Set.of(PLANNING, CANCELLED);
      case PLANNING -> Set.of(PLANNING, PLANNED, REFUSED, CANCELLED);
      case PLANNED -> Set.of(QUEUED, CANCELLED);
      case QUEUED -> Set.of(RUNNING, PAUSED, CANCELLED);
      case RUNNING -> Set.of(RUNNING, PAUSED, CANCELLED, DONE);
      case PAUSED -> Set.of(QUEUED, CANCELLED);
      case CANCELLED, REFUSED, DONE -> Set.of();
    };
  }

  /** As the database and the endpoint spell it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ReplayState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** The states from which a replay may go to this one, as an array for the database. */
  String[] before() {
    return Arrays.stream(values())
        .filter(state -> state.next().contains(this))
        .map(ReplayState::text)
        .toArray(String[]::new);
  }
}
