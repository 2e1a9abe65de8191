package onceward.messaging.handling;

/** Stands for a failure that no code could throw: the process was gone. */
public final class KilledProcessException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A message at which so many starts of a process ended is taken to kill the next process too. */
  public static final int STARTS_MAX = 3;

  /** Says how often the process ended; has no stack trace, for no code threw it. */
  public KilledProcessException() {
    super(
        "the process ended %d times while it handled the message".formatted(STARTS_MAX),
        null,
        false,
        false);
  }
}
