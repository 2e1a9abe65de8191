package onceward.messaging.handling;

import onceward.messaging.Message;

/** The payload of a message is not what its handler takes. Names the message, quotes nothing. */
public final class UnreadablePayloadException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreadablePayloadException(Message message, Class<?> payload) {
    super("the payload of %s is no %s".formatted(message, payload.getSimpleName()));
  }
}
