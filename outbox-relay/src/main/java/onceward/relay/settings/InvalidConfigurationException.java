package onceward.relay.settings;

/** The relay cannot start with these settings. Its message is one line that names the property. */
public final class InvalidConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public InvalidConfigurationException(String message) {
    super(message);
  }
}
