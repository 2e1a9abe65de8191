package onceward.localstack.process;

import org.jspecify.annotations.Nullable;

/**
 * Something a user can act on went wrong. The message is written for that user: what happened,
 * which value is concerned and what to do. Stack traces add nothing to it.
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
