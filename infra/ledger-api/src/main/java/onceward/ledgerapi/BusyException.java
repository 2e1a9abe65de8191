package onceward.ledgerapi;

/** As many calls of the kind are being answered as may be at once. The caller may try later. */
final class BusyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BusyException(String sentence) {
    super(sentence);
  }
}
