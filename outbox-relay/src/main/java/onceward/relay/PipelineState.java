package onceward.relay;

import java.util.Set;

/** Where a pipeline stands. Only {@link PipelineStatus} moves it. */
enum PipelineState {
  /** All it depends on is looked at, and the capture starts; nothing has come through it yet. */
  PREFLIGHT,
  /** All is well, but another relay holds the slot, and moves it. */
  STANDBY,
  /** What is committed comes through and is published. */
  STREAMING,
  /** Failed; waits before the next start. */
  BACKING_OFF,
  /** Stands still until somebody mends something, or has it go on. */
  STOPPED;

  private Set<PipelineState> next() {
    return switch (this) {
      case PREFLIGHT -> Set.of(STANDBY, STREAMING, BACKING_OFF, STOPPED);
      case STANDBY -> Set.of(PREFLIGHT, BACKING_OFF, STOPPED);
      case STREAMING -> Set.of(BACKING_OFF, STOPPED);
      case BACKING_OFF -> Set.of(PREFLIGHT, STOPPED);
      // For another reason.
      case STOPPED -> Set.of(PREFLIGHT, STOPPED);
    };
  }

  boolean mayBecome(PipelineState state) {
    return next().contains(state);
  }
}
