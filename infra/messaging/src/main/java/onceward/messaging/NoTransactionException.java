package onceward.messaging;

/** Something that only makes sense inside a transaction was called without one. */
public final class NoTransactionException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /** Names what was attempted, e.g. {@code "append AccountRegistered to the outbox"}. */
  public NoTransactionException(String attempted) {
    super(
        "cannot "
            + attempted
            + " without an open transaction: annotate the calling method with @Transactional");
  }
}
