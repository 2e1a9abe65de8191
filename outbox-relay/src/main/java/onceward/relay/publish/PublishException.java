package onceward.relay.publish;

/**
 * Kafka did not acknowledge a whole batch; any part of it may or may not be in the topics. The
 * publisher is of no further use.
 */
public final class PublishException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PublishException(String message, Throwable cause) {
    super(message, cause);
  }
}
