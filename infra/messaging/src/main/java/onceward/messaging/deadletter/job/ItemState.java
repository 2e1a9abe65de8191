package onceward.messaging.deadletter.job;

import java.util.Locale;
import java.util.Set;

/** What has become of one letter of a job. Drawn in the state machines. */
public enum ItemState {
  /** Waits for its turn. */
  REQUESTED,
  /** The letter is closed: its message has been handled, or given up. */
  APPLIED,
  /** Another transaction has found the letter closed and its message in the inbox. */
  VERIFIED,
  /** The job tried the letter as often as it may; the letter is still open. */
  FAILED,
  /** The job did not try the letter, and says why. */
  SKIPPED;

  /** The states to which a letter of a job may go from here. */
  public Set<ItemState> next() {
    return switch (this) {
      case REQUESTED -> Set.of(REQUESTED, APPLIED, FAILED, SKIPPED);
      case APPLIED -> Set.of(VERIFIED);
      case VERIFIED, FAILED, SKIPPED -> Set.of();
    };
  }

  /** As the database and the endpoint spell it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
