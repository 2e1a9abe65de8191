package onceward.messaging.replay;

/** What becomes of a record in a replay; in a plan, what would become of it. */
public enum ReplayOutcome {
  /** The message is handled. */
  HANDLED("handled"),
  /** The consumer has handled the message before. */
  HANDLED_BEFORE("handledBefore"),
  /** The operator did not ask for it: another key, type or id. */
  NOT_CHOSEN("notChosen"),
  /** The consumer has no handler for the type. */
  NO_HANDLER("noHandler"),
  /** The subscription says that no replay handles the type. */
  NEVER_REPLAYED("neverReplayed"),
  /** The consumer is beyond this version of the aggregate. */
  OVERTAKEN("overtaken"),
  /** The key waits behind a dead letter. */
  PARKED("parked"),
  /** Older than the inbox remembers: nobody knows whether it has been handled. */
  TOO_OLD("tooOld"),
  /** The record is no message. */
  UNREADABLE("unreadable"),
  /** Failed at every attempt, and became a dead letter that parks its key. */
  DEAD_LETTER("deadLetter"),
  /** The handler failed. */
  FAILED("failed"),
  /** An earlier message of the same key failed in this replay. */
  BEHIND_FAILED("behindFailed");

  private final String text;

  ReplayOutcome(String text) {
    this.text = text;
  }

  /** As the database and the endpoint spell it. */
  public String text() {
    return text;
  }

  static ReplayOutcome of(String text) {
    for (var outcome : values()) {
      if (outcome.text.equals(text)) {
        return outcome;
      }
    }
    throw new IllegalArgumentException(text);
  }
}
