package onceward.messaging.subscription;

import onceward.messaging.subscription.KeyDecision.Refusal;
import onceward.messaging.subscription.KeyDecision.Refuse;

/** A message must not reach its handler, and no further attempt will change that. */
final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  RefusedException(Refuse refuse) {
    super(refuse.why());
    this.refusal = refuse.refusal();
  }

  Refusal refusal() {
    return refusal;
  }
}
