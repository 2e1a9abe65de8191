package onceward.management;

/** A token cannot be used. The message is one line: which property, what is wrong, what to do. */
final class UnusableTokenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnusableTokenException(String message) {
    super(message);
  }
}
