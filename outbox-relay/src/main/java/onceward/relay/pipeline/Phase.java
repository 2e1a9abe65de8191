package onceward.relay.pipeline;

import java.util.Set;

/** How a pipeline stands, as operators see it. {@link State} moves it along the edges here. */
public enum Phase {
  /**
   * The pipeline looks at all it depends on, and its capture starts; nothing has come through yet.
   */
  PREFLIGHT,
  /** All is well, but another relay holds the slot, and moves it. */
  STANDBY,
  /** What is committed comes through and is published. */
  STREAMING,
  /** The pipeline has failed, and waits before its next start. */
  BACKING_OFF,
  /** The pipeline stands still until somebody mends something, or has it go on. */
  STOPPED;

  private Set<Phase> next() {
    return switch (this) {
      case PREFLIGHT -> Set.of(STANDBY, STREAMING, BACKING_OFF, STOPPED);
      case STANDBY -> Set.of(PREFLIGHT, BACKING_OFF, STOPPED);
      // While the server reads log of which it sends nothing.
      case STREAMING -> Set.of(PREFLIGHT, BACKING_OFF, STOPPED);
      case BACKING_OFF -> Set.of(PREFLIGHT, STOPPED);
      // For another reason.
      case STOPPED -> Set.of(PREFLIGHT, STOPPED);
    };
  }

  boolean mayBecome(Phase phase) {
    return next().contains(phase);
  }
}
