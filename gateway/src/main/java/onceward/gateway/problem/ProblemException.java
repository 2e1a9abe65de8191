package onceward.gateway.problem;

import java.util.OptionalInt;

/**
 * Ends a request with a chosen problem. The caller reads the detail unchanged: it must contain no
 * personal data, no class names and nothing else about the inside of the system.
 */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ProblemType type;
  private final transient OptionalInt retryAfterSeconds;

  /** A problem with the fixed detail of its type. */
  public ProblemException(ProblemType type) {
    this(type, type.detail());
  }

  /** A problem with a detail of its own. */
  public ProblemException(ProblemType type, String detail) {
    this(type, detail, type.retryAfterSeconds());
  }

  private ProblemException(ProblemType type, String detail, OptionalInt retryAfterSeconds) {
    super(detail, null, false, false);
    this.type = type;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** The problem with its fixed detail, for a caller who may come again in some seconds. */
  public static ProblemException retryAfter(ProblemType type, int seconds) {
    return new ProblemException(type, type.detail(), OptionalInt.of(seconds));
  }

  OptionalInt retryAfterSeconds() {
    return retryAfterSeconds;
  }

  /** What went wrong. */
  public ProblemType type() {
    return type;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
