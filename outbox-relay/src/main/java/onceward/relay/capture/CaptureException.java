package onceward.relay.capture;

import org.jspecify.annotations.Nullable;

/** The database cannot be captured from, now. Trying again may help. */
public final class CaptureException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public CaptureException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Of a capture that somebody has closed. */
  public static CaptureException closed() {
    return new CaptureException("the capture is closed", null);
  }

  /**
   * Of a capture that ended by itself.
   *
   * @param place that was captured from
   */
  public static CaptureException ended(Object place, String why, @Nullable Throwable cause) {
    return new CaptureException("capture from %s ended: %s".formatted(place, why), cause);
  }
}
