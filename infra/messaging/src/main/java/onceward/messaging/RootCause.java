package onceward.messaging;

import java.util.Objects;

/**
 * What lies beneath a failure. That a handshake failed helps nobody; that a certificate has expired
 * does.
 */
public final class RootCause {

  private RootCause() {}

  /** The failure's message, and behind it the deepest cause where it tells more. */
  public static String tell(Throwable failure) {
    var message = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    var root = root(failure);
    var deepest = Objects.requireNonNullElse(root.getMessage(), "");
    return message.contains(deepest)
        ? message
        : "%s (%s: %s)".formatted(message, root.getClass().getSimpleName(), deepest);
  }

  private static Throwable root(Throwable failure) {
    var root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
