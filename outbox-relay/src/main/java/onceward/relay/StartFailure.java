package onceward.relay;

import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.convert.exceptions.ConversionErrorException;
import java.util.Optional;
import onceward.relay.settings.InvalidConfigurationException;
import onceward.start.StartFault;

/** Why a relay does not start, when its operator can correct that. */
final class StartFailure {

  private StartFailure() {}

  /** The fault in one line; empty if only the stack trace of the failure can explain it. */
  static Optional<StartFault> fault(Throwable failure) {
    return setting(failure).or(() -> StartFault.portTaken(failure));
  }

  private static Optional<StartFault> setting(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidConfigurationException
          || cause instanceof ConfigurationException
          || cause instanceof ConversionErrorException) {
        return Optional.of(StartFault.setting(line(String.valueOf(cause.getMessage()))));
      }
    }
    return Optional.empty();
  }

  private static String line(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " | ");
  }
}
