package onceward.messaging.deadletter;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import onceward.messaging.MalformedRecordException;
import onceward.messaging.handling.KilledProcessException;
import onceward.messaging.handling.RefusedException;
import onceward.messaging.handling.UnreadablePayloadException;

/** Why a message became a dead letter. */
public enum Reason {
  /** The handler failed at every attempt, and not for a transient reason. */
  POISON,
  /** The record is no message, or its payload is not what the handler takes. */
  MALFORMED,
  /** The message came before its predecessor. */
  VERSION_GAP,
  /** The message is older than the inbox remembers: it may have been handled before. */
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
      case KilledProcessException _ -> Optional.of(KILLS_THE_PROCESS);
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
