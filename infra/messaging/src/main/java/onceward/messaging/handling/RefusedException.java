package onceward.messaging.handling;

import onceward.messaging.key.KeyDecision.Refusal;
import onceward.messaging.key.KeyDecision.Refuse;

/** A message must not reach its handler, and no further attempt will change that. */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  /** Says why, without any content of the message. */
  public RefusedException(Refuse refuse) {
    super(refuse.why());
    this.refusal = refuse.refusal();
  }

  /** The rule that keeps the message from its handler. */
  public Refusal refusal() {
    return refusal;
  }
}
