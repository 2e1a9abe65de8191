package onceward.messaging.deadletter.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** The states of a job, and between which of them a job may go. Drawn in the state machines. */
public enum JobState {
  /** Stored, and no instance of the service works on it. */
  REQUESTED,
  /** An instance of the service works on it. */
  RUNNING,
  /** Stands still until an operator resumes it. */
  PAUSED,
  /** Given up by an operator; what was applied stays applied. */
  CANCELLED,
  /** No letter of it waits any more. */
  DONE;

  /** The states to which a job may go from here. */
  public Set<JobState> next() {
    return switch (this) {
      case REQUESTED -> Set.of(RUNNING, PAUSED, CANCELLED);
      case RUNNING -> Set.of(RUNNING, PAUSED, CANCELLED, DONE);
      case PAUSED -> Set.of(REQUESTED, CANCELLED);
      case CANCELLED, DONE -> Set.of();
    };
  }

  /** As the database and the endpoint spell it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static JobState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** The states from which a job may go to this one, as an array for the database. */
  String[] before() {
    return Arrays.stream(values())
        .filter(state -> state.next().contains(this))
        .map(JobState::text)
        .toArray(String[]::new);
  }
}
