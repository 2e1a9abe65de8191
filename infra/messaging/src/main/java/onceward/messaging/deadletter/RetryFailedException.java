package onceward.messaging.deadletter;

/** A dead letter was retried, and its handler failed again. Names kinds of failures, no content. */
public final class RetryFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RetryFailedException(String what) {
    super(what);
  }
}
