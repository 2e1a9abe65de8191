package onceward.relay;

import io.micronaut.core.convert.exceptions.ConversionErrorException;
import onceward.relay.settings.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;

/** What somebody reads whose relay does not start. */
final class StartFailure {

  private StartFailure() {}

  /** One line. */
  static String reason(Throwable failure) {
    var text = String.valueOf(deepestForeseen(failure).getMessage());
    return text.strip().replaceAll("\\s*\\R\\s*", " | ");
  }

  /** The failure itself if only its stack trace can explain it, otherwise null. */
  static @Nullable Throwable unforeseen(Throwable failure) {
    return isForeseen(deepestForeseen(failure)) ? null : failure;
  }

  private static Throwable deepestForeseen(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isForeseen(cause)) {
        return cause;
      }
    }
    return failure;
  }

  private static boolean isForeseen(Throwable failure) {
    return failure instanceof InvalidConfigurationException
        || failure instanceof ConversionErrorException;
  }
}
