package onceward.messaging.subscription;

/**
 * Thrown by a handler for what time will mend, such as a service it needs and cannot reach: the
 * message is tried again for as long as it takes, and what is behind it in its partition waits.
 *
 * <p>Trouble of the database, of sockets and of time-outs counts as transient without being
 * wrapped.
 */
public final class TransientFailureException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Names what is missing. The text may appear in logs and readiness: no personal data. */
  public TransientFailureException(String what, Throwable cause) {
    super(what, cause);
  }
}
