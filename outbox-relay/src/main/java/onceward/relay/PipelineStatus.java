package onceward.relay;

import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The state of one pipeline, why it is in it and since when. Thread-safe. */
final class PipelineStatus {

  private static final Logger log = LoggerFactory.getLogger(PipelineStatus.class);

  private final String pipeline;
  private Snapshot now;

  PipelineStatus(String pipeline) {
    this.pipeline = pipeline;
    this.now = new Snapshot(PipelineState.STARTING, "starting for the first time", Instant.now());
  }

  synchronized Snapshot now() {
    return now;
  }

  /**
   * @throws IllegalStateException if the state machine knows no such way
   */
  synchronized void become(PipelineState next, String reason) {
    if (!now.state.mayBecome(next)) {
      throw new IllegalStateException(
          "pipeline %s: no way from %s to %s".formatted(pipeline, now.state, next));
    }
    // A failure and the next attempt are reported by the supervisor, with their reason.
    var worthALine = next == PipelineState.STREAMING || next == PipelineState.STOPPED;
    log.atLevel(worthALine ? Level.INFO : Level.DEBUG)
        .log("Pipeline {}: {} -> {}", pipeline, now.state, next);
    now = new Snapshot(next, reason, Instant.now());
  }

  /** Moves on if it still is where the caller believes it to be. */
  synchronized void becomeFrom(PipelineState believed, PipelineState next, String reason) {
    if (now.state == believed) {
      become(next, reason);
    }
  }

  /** State and reason of one moment. */
  record Snapshot(PipelineState state, String reason, Instant since) {

    boolean ready() {
      return state == PipelineState.STREAMING;
    }

    boolean wasReadyFor(Duration atLeast) {
      return ready() && Duration.between(since, Instant.now()).compareTo(atLeast) >= 0;
    }
  }
}
