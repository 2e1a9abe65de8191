package onceward.cli.ledger;

/** The servers of the local stack are not those whose messages are published: wrong usage. */
public final class OtherServerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  OtherServerException(String message) {
    super(message);
  }
}
