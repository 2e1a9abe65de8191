package onceward.relay.capture;

import org.jspecify.annotations.Nullable;

/** The database cannot be captured from, now. Trying again may help. */
public final class CaptureException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CaptureException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
