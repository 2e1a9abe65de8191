package onceward.gateway.problem;

/**
 * Ends a request with a chosen problem. The caller reads the detail unchanged: it must contain no
 * personal data, no class names and nothing else about the inside of the system.
 */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ProblemType type;

  /** A problem with the fixed detail of its type. */
  public ProblemException(ProblemType type) {
    this(type, type.detail());
  }

  /** A problem with a detail of its own. */
  public ProblemException(ProblemType type, String detail) {
    super(detail, null, false, false);
    this.type = type;
  }

  ProblemType type() {
    return type;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
