package onceward.messaging.deadletter;

import onceward.messaging.operations.DeedFailedException;

/** A dead letter was retried, and its handler failed again. Names kinds of failures, no content. */
public final class RetryFailedException extends DeedFailedException {

  private static final long serialVersionUID = 1L;

  private final boolean isTransient;

  /**
   * Says what failed.
   *
   * @param isTransient whether time may mend the failure
   */
  RetryFailedException(String what, boolean isTransient) {
    super(what);
    this.isTransient = isTransient;
  }

  /** Whether time may mend the failure, so that the same attempt may succeed later. */
  public boolean isTransient() {
    return isTransient;
  }
}
