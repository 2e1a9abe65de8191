package onceward.localstack;

/** A change that a running stack does not allow. The message says why, and what to do. */
public final class RefusedChangeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RefusedChangeException(String message) {
    super(message);
  }
}
