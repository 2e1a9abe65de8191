package onceward.messaging.subscription;

/** What a subscription makes of the versions of the aggregates it hears about. */
public enum Versions {

  /** Nothing: messages are handled in the order in which they arrive. */
  UNCHECKED,

  /**
   * Version 1 first, and each only after its predecessor. One that is not newer than what has been
   * handled is dropped and counted; one that skips ahead becomes a dead letter and parks its key
   * until the missing ones have come. Counts every message of the topic, also those of types
   * without a handler: they are claimed as well, and a handler added later will not see them.
   */
  GAPLESS,

  /**
   * As {@link #GAPLESS}, but the first message of an aggregate may have any version: for a consumer
   * that begins to check, or whose topic no longer reaches back to the first.
   */
  GAPLESS_FROM_FIRST_SEEN
}
