package onceward.relay.quarantine;

import onceward.relay.position.Key;

/** No message of a key is parked any more: another relay has released the key. Look again. */
public final class KeyReleasedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  KeyReleasedException(Key key) {
    super(
        "no message of %s %s is parked any more: another relay has released the key"
            .formatted(key.aggregateType(), key.aggregateId()));
  }
}
