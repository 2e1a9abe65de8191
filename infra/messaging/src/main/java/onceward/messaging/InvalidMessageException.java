package onceward.messaging;

/**
 * A message that cannot be appended, found out before the database was asked: the transaction goes
 * on. Names the limit, what was found and what to do; never quotes the payload, which may hold
 * personal data.
 */
public final class InvalidMessageException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** One line that says what is wrong and what to do. */
  public InvalidMessageException(String message) {
    super(message);
  }
}
