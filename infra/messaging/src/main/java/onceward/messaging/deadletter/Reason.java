package onceward.messaging.deadletter;

import java.util.Arrays;
import java.util.Locale;

/** Why a message became a dead letter. */
public enum Reason {
  /** Its handler failed, every time, for what does not look transient. */
  POISON,
  /** The record is no message, or its payload is not what the handler takes. */
  MALFORMED,
  /** It came before its predecessor. */
  VERSION_GAP,
  /** It is older than the inbox remembers, so nobody knows whether it has been handled. */
  OLDER_THAN_INBOX,
  /** The process died, several times, while it was being handled alone. */
  KILLS_THE_PROCESS;

  /** As the database, the metrics and the endpoint spell it, e.g. {@code version-gap}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The reason of that spelling. */
  public static Reason of(String text) {
    return Arrays.stream(values())
        .filter(reason -> reason.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("unknown reason " + text));
  }
}
