package onceward.auth.guessing;

import java.time.Duration;

/** A login has to wait, because others like it have failed. Says nothing about any account. */
public final class TooManyAttemptsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Duration wait;

  TooManyAttemptsException(Duration wait) {
    super(
        "logins with this login id or from this address have failed too often", null, false, false);
    this.wait = wait;
  }

  /** How many seconds to wait; at least one. */
  public long retryAfterSeconds() {
    return Math.max(1, wait.plusMillis(999).toSeconds());
  }
}
