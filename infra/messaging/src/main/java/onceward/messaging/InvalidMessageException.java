package onceward.messaging;

/**
 * A message cannot be appended. Thrown before the database is asked, so the transaction goes on.
 * Names the limit, the value and what to do; never quotes the payload, which may hold personal
 * data.
 */
public final class InvalidMessageException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** One line that says what is wrong and what to do. */
  public InvalidMessageException(String message) {
    super(message);
  }
}
