package onceward.messaging.subscription;

import onceward.messaging.deadletter.Reason;

/** A message that must not reach its handler, by a rule that no further attempt will change. */
final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  RefusedException(Reason reason, String why) {
    super(why);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
