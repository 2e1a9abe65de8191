package onceward.localstack;

/** A change that cannot be made to a stack that is up. The message says why, and what to do. */
public final class RefusedChangeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RefusedChangeException(String message) {
    super(message);
  }
}
