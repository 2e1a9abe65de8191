package onceward.relay;

/** The relay cannot start with these settings. Its message is one line that names the property. */
final class InvalidConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InvalidConfigurationException(String message) {
    super(message);
  }
}
