package onceward.relay;

import java.util.Set;

/** Where a pipeline stands. Only {@link PipelineStatus} moves it. */
enum PipelineState {
  /** Connecting; since the last failure, nothing shows yet that messages flow again. */
  STARTING,
  /** The slot is held and nothing that was captured failed to be published. */
  STREAMING,
  /** Failed; waits before the next start. */
  BACKING_OFF,
  /** Ended for good, with the process. */
  STOPPED;

  private Set<PipelineState> next() {
    return switch (this) {
      case STARTING -> Set.of(STREAMING, BACKING_OFF, STOPPED);
      case STREAMING -> Set.of(BACKING_OFF, STOPPED);
      case BACKING_OFF -> Set.of(STARTING, STOPPED);
      case STOPPED -> Set.of();
    };
  }

  boolean mayBecome(PipelineState state) {
    return next().contains(state);
  }
}
