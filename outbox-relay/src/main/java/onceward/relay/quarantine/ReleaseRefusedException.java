package onceward.relay.quarantine;

import onceward.messaging.Message;

/**
 * What waits for a key was to be published, and one message of it is refused again: it waits on.
 */
public final class ReleaseRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ReleaseRefusedException(Message refused, RuntimeException why) {
    super("what is parked with %s stays parked: %s".formatted(refused.id(), why.getMessage()), why);
  }
}
