package onceward.relay.publish;

/** A producer cannot be made, now. Nothing was published. */
public final class NoProducerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NoProducerException(String message, Throwable cause) {
    super(message, cause);
  }
}
