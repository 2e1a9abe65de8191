package onceward.relay.quarantine;

import onceward.messaging.Message;

/**
 * The release of a key failed: Kafka refuses one of its parked messages once more. The key stays
 * parked, and the request to release the key is withdrawn.
 */
public final class ReleaseRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ReleaseRefusedException(Message refused, RuntimeException why) {
    super("the key of message %s stays parked: %s".formatted(refused.id(), why.getMessage()), why);
  }
}
