package onceward.relay.republish;

import java.util.Locale;

/** Why a message of a request is not published. */
public enum Unpublished {

  /** The outbox has no row of that id any more. */
  GONE,

  /** The outbox row cannot be read as a message. */
  UNREADABLE,

  /** An earlier message of the key, or the message itself, is parked in the relay. */
  PARKED,

  /** An operator has discarded the message. */
  DISCARDED;

  /** Its name for scripts. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
