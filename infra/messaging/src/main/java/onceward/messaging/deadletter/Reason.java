package onceward.messaging.deadletter;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import onceward.messaging.MalformedRecordException;
import onceward.messaging.handling.RefusedException;
import onceward.messaging.handling.UnreadablePayloadException;

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

  /**
   * The reason to give up a message after one attempt, for no further attempt would change
   * anything; empty for a failure that another attempt may not have.
   */
  public static Optional<Reason> lasting(Throwable failure) {
    return switch (failure) {
      case RefusedException refused ->
          Optional.of(
              switch (refused.refusal()) {
                case TOO_EARLY -> VERSION_GAP;
                case TOO_OLD -> OLDER_THAN_INBOX;
              });
      case MalformedRecordException _, UnreadablePayloadException _ -> Optional.of(MALFORMED);
      default -> Optional.empty();
    };
  }

  /** As the database, the metrics and the endpoint spell it, e.g. {@code version-gap}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Reason of(String text) {
    return Arrays.stream(values())
        .filter(reason -> reason.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("unknown reason " + text));
  }
}
