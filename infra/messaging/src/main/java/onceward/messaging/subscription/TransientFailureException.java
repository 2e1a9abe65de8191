package onceward.messaging.subscription;

/**
 * A handler throws this for a failure that time will mend, such as a service that it cannot reach.
 * The message is tried again for as long as that takes, and the later messages of its partition
 * wait.
 *
 * <p>Failures of the database, of sockets and time-outs are transient without this exception.
 */
public final class TransientFailureException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Names what is missing. Logs and readiness show the text, so it must hold no personal data. */
  public TransientFailureException(String what, Throwable cause) {
    super(what, cause);
  }
}
