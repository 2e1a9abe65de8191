package onceward.messaging;

/** Something that writes was called inside a transaction that only reads. */
public final class ReadOnlyTransactionException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /** Names what was attempted, e.g. {@code "append AccountRegistered to the outbox"}. */
  public ReadOnlyTransactionException(String attempted) {
    super(
        "cannot "
            + attempted
            + " in a read-only transaction: take readOnly = true off the method that opens it");
  }
}
