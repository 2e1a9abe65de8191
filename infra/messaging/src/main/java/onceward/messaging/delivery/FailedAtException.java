package onceward.messaging.delivery;

/** One record of several that were handled in one transaction failed, and took them along. */
final class FailedAtException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final long offset;

  FailedAtException(long offset, Throwable cause) {
    super(cause);
    this.offset = offset;
  }

  /** Where it lies in its partition. */
  long offset() {
    return offset;
  }

  /** What the record failed with. */
  static Throwable causeOf(Throwable failure) {
    return failure instanceof FailedAtException failed && failed.getCause() != null
        ? failed.getCause()
        : failure;
  }
}
