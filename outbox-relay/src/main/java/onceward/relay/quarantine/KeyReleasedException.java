package onceward.relay.quarantine;

import onceward.relay.position.Key;

/** Nothing waits for that key any more: another relay has released it. Look again. */
public final class KeyReleasedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  KeyReleasedException(Key key) {
    super(
        "nothing waits any more for %s %s: another relay has released it"
            .formatted(key.aggregateType(), key.aggregateId()));
  }
}
