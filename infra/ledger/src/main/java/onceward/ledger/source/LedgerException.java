package onceward.ledger.source;

/** A database or Kafka cannot be read, or holds what the ledger cannot work with. */
public sealed class LedgerException extends RuntimeException permits UnknownNameException {

  private static final long serialVersionUID = 1L;

  /** Whoever operates this can read the sentence and act on it. */
  public LedgerException(String sentence) {
    super(sentence);
  }

  /** As above, with what brought it about. */
  public LedgerException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
