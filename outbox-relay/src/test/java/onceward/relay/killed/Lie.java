package onceward.relay.killed;

/** What a relay does that only says it publishes, for the checks to find. */
public enum Lie {
  /** None: it does what it says. */
  NONE,
  /** Says that a batch is published, and publishes it when some more have come. */
  LATE,
  /** Gives messages new ids, so that a repetition is another message. */
  NEW_IDS,
  /** Publishes each batch from its end. */
  BACKWARDS;

  /** More than one: what was acknowledged last comes again. */
  public static final int LATE_BATCHES = 4;
}
