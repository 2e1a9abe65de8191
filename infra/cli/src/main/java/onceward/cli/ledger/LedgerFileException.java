package onceward.cli.ledger;

/** The file that names the servers is wrong; the message says what and how. */
public final class LedgerFileException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LedgerFileException(String message) {
    super(message);
  }
}
