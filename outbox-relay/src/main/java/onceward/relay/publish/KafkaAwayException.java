package onceward.relay.publish;

/** Kafka does not answer, now. Nothing was published by this call; trying again may help. */
public final class KafkaAwayException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  KafkaAwayException(String message, Throwable cause) {
    super(message, cause);
  }
}
