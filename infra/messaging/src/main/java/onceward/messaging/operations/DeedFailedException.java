package onceward.messaging.operations;

/**
 * An operator's deed was attempted, and failed. The text names kinds of failures and holds no
 * content of a message, so it may go on record and to the operator.
 */
public abstract class DeedFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says what failed. */
  protected DeedFailedException(String what) {
    super(what);
  }
}
