package onceward.ledger.source;

/**
 * Somebody named a database or a consumer that there is not. The sentence lists those there are.
 */
public final class UnknownNameException extends LedgerException {

  private static final long serialVersionUID = 1L;

  public UnknownNameException(String sentence) {
    super(sentence);
  }
}
