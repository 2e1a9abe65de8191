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
  FORCE,
  /**
   * Fills the other generation of a read model from the whole topic, and makes it live when it is
   * complete. Asks no inbox and claims nothing.
   */
  REBUILD,
  /**
   * Brings back what the messages of a whole topic say, by the handlers of the service's {@link
   * onceward.messaging.restore.Restoration}. Asks no inbox and claims nothing.
   */
  RESTORE;

  /** Whether it goes through the whole topic, also behind the place of a live consumer. */
  public boolean isOfWholeTopic() {
    return this == REBUILD || this == RESTORE;
  }

  /** So many messages a second, if the operator gives no rate: a live consumer handles more. */
  public double rate() {
    return isOfWholeTopic() ? 10_000 : 1_000;
  }

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
    throw new IllegalArgumentException(
        "mode is '%s'; allowed: repair, force, rebuild, restore".formatted(text));
  }
}
