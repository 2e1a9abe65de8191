package onceward.messaging.replay;

import java.util.Locale;

/** What a replay does with messages that the consumer has handled before. */
public enum ReplayMode {
  /**
   * Passes over messages that the consumer has handled before: only effects that are missing
   * happen.
   */
  REPAIR,
  /** Handles the messages that the operator names again, although the consumer has handled them. */
  FORCE;

  /** As the database and the endpoint spell it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The mode of that spelling.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ReplayMode of(String text) {
    for (var mode : values()) {
      if (mode.text().equals(text)) {
        return mode;
      }
    }
    throw new IllegalArgumentException("mode is '%s'; allowed: repair, force".formatted(text));
  }
}
