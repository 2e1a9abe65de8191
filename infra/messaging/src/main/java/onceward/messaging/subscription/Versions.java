package onceward.messaging.subscription;

/** The rule of a subscription for the versions of aggregates. */
public enum Versions {

  /** Versions are not checked: messages are handled in the order in which they arrive. */
  UNCHECKED,

  /**
   * Version 1 is handled first, and each version only after its predecessor. A message that is not
   * newer than the last one handled is dropped and counted. A message that skips ahead becomes a
   * dead letter and parks its key until the missing messages have come. Every message of the topic
   * counts, also one of a type without a handler: it is claimed, and a handler that is added later
   * will not see it.
   */
  GAPLESS,

  /**
   * As {@link #GAPLESS}, but the first message of an aggregate may have any version: for a consumer
   * that begins to check, or whose topic no longer reaches back to the first.
   */
  GAPLESS_FROM_FIRST_SEEN
}
