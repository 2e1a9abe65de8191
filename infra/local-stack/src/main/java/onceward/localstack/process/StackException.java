package onceward.localstack.process;

import org.jspecify.annotations.Nullable;

/**
 * A failure that a user can correct. The message says what happened, to which value, and what to
 * do. A stack trace adds nothing.
 */
public final class StackException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StackException(String message) {
    super(message);
  }

  public StackException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
