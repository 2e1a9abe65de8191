package onceward.messaging;

import java.util.Objects;

/**
 * What lies beneath a failure. That a handshake failed helps nobody; that a certificate has expired
 * does.
 */
public final class RootCause {

  private RootCause() {}

  /**
   * The failure's message, and behind it the deepest cause where it tells more; in one line. Quotes
   * what the messages quote: nothing of a payload or a secret may be among the causes.
   */
  public static String tell(Throwable failure) {
    var message = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    return message.concat(deepest(failure, message)).strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static String deepest(Throwable failure, String message) {
    var root = failure;
    var isDeep = false;
    while (root.getCause() != null) {
      root = root.getCause();
      isDeep = true;
    }
    var name = root.getClass().getSimpleName();
    var told = root.getMessage();
    if (!isDeep || (told != null && message.contains(told))) {
      return "";
    }
    return told == null ? " (%s)".formatted(name) : " (%s: %s)".formatted(name, told);
  }
}
