package onceward.messaging.key;

/** What happens next to a message of a key. */
public sealed interface KeyDecision {

  /** What happens to a message that arrives from the topic. */
  sealed interface OnArrival extends KeyDecision {}

  /** What happens next under a key whose messages wait. */
  sealed interface OnLook extends KeyDecision {}

  /** What happens to a dead letter that an operator retries. */
  sealed interface OnRetry extends KeyDecision {}

  /** Handle the message that arrives. */
  record Handle() implements OnArrival {}

  /** Drop the message that arrives: the consumer has handled or passed its version. */
  record Drop() implements OnArrival {}

  /** Store the message that arrives behind those that wait. */
  record Park() implements OnArrival {}

  /**
   * Make a dead letter of the message.
   *
   * @param why what the letter says; holds no content of the message
   */
  record Refuse(Refusal refusal, String why) implements OnArrival, OnLook {}

  /** What happens to a dead letter that an operator gives up. */
  sealed interface OnDiscard extends KeyDecision {}

  /** Nothing: the key waits, or has nothing to wait for. */
  record Wait() implements OnLook {}

  /** Handle the next message that waits. */
  record HandleParked() implements OnLook, OnRetry, OnDiscard {}

  /** Handle the first open dead letter, and close the letter. */
  record HandleLetter() implements OnLook, OnRetry {}

  /** Let the messages of the key flow again: no message waits any more. */
  record Release() implements OnLook {}

  /**
   * Give up the versions that are missing. The letter follows in its turn.
   *
   * @param last the last version that counts as handled
   */
  record GiveUpMissing(long last) implements OnRetry, OnDiscard {}

  /** Close the first open dead letter without handling it. */
  record CloseLetter() implements OnDiscard {}

  /** Why a message must not reach its handler. */
  enum Refusal {
    /** The message came before its predecessor. */
    TOO_EARLY,
    /** The message is older than the inbox remembers. */
    TOO_OLD
  }
}
