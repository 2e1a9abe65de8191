package onceward.messaging.delivery;

/** A record failed, and with it the transaction of all records that were handled together. */
public final class FailedAtException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final long offset;

  /** The record at that offset failed. */
  public FailedAtException(long offset, Throwable cause) {
    super(cause);
    this.offset = offset;
  }

  /** The offset of the record that failed. */
  public long offset() {
    return offset;
  }

  /** The failure of the record. */
  public static Throwable causeOf(Throwable failure) {
    return failure instanceof FailedAtException failed && failed.getCause() != null
        ? failed.getCause()
        : failure;
  }
}
