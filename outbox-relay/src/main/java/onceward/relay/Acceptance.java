package onceward.relay;

import onceward.relay.stop.StopReason;
import org.jspecify.annotations.Nullable;

/**
 * For which stop an operator has the pipeline go on where its slot stands. Good for one start: one
 * that has begun does not hear what comes later, and leaves it to the next. Thread-safe.
 */
final class Acceptance {

  private @Nullable StopReason accepted;
  private @Nullable StopReason taken;

  synchronized void accept(StopReason reason) {
    accepted = reason;
  }

  /** What this start may go on in spite of; null if nothing. */
  synchronized @Nullable StopReason take() {
    taken = accepted;
    return taken;
  }

  /** The start has gone on: by what it took, if it took anything. */
  synchronized void use() {
    if (taken == accepted) {
      accepted = null;
    }
    taken = null;
  }

  /** It stopped once more: what was accepted holds for this reason, and for no other. */
  synchronized void keepFor(StopReason reason) {
    if (accepted != reason) {
      accepted = null;
    }
  }

  /** It does not hold any more: the slot may have moved since, or needs no acceptance. */
  synchronized void drop() {
    accepted = null;
  }
}
