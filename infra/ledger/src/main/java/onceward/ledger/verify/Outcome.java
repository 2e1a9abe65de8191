package onceward.ledger.verify;

/** What a comparison comes to, in one word. Scripts and other programs rely on the names. */
public enum Outcome {
  /** No promise is known to be broken, and everything moves. */
  HOLDS,
  /** A promise is broken. */
  BROKEN,
  /** No promise is known to be broken, and something stands still. */
  STANDS_STILL
}
