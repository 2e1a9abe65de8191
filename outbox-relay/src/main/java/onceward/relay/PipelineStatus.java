package onceward.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import onceward.relay.stop.Stop;
import org.jspecify.annotations.Nullable;
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
    this.now =
        new Snapshot(
            PipelineState.PREFLIGHT, "starting for the first time", null, null, Instant.now());
  }

  synchronized Snapshot now() {
    return now;
  }

  /**
   * @throws IllegalStateException if the state machine knows no such way
   */
  synchronized void become(PipelineState next, String reason) {
    move(next, reason, null);
  }

  /** Moves on if it still is where the caller believes it to be. */
  synchronized void becomeFrom(PipelineState believed, PipelineState next, String reason) {
    if (now.state == believed) {
      become(next, reason);
    }
  }

  /** Tells more of why it is in that state, if it is. */
  synchronized void explain(PipelineState believed, String reason) {
    if (now.state == believed && !now.reason.equals(reason)) {
      log.info("Pipeline {}: {}, {}", pipeline, believed, reason);
      now = new Snapshot(believed, reason, null, null, now.since);
    }
  }

  /** Tells why what stopped it cannot be looked at again now, if it is stopped. */
  synchronized void note(String why) {
    if (now.state == PipelineState.STOPPED) {
      now = new Snapshot(now.state, now.reason, now.stopped, why, now.since);
    }
  }

  /** Stands still; if it does so for the same reason already, since then. */
  synchronized void stop(Stop stop) {
    if (now.state == PipelineState.STOPPED && now.stop().equals(Optional.of(stop))) {
      now = now.note == null ? now : new Snapshot(now.state, now.reason, stop, null, now.since);
      return;
    }
    move(PipelineState.STOPPED, stop.toString(), stop);
  }

  private void move(PipelineState next, String reason, @Nullable Stop stop) {
    if (!now.state.mayBecome(next)) {
      throw new IllegalStateException(
          "pipeline %s: no way from %s to %s".formatted(pipeline, now.state, next));
    }
    log.atLevel(level(next)).log("Pipeline {}: {} -> {}, {}", pipeline, now.state, next, reason);
    now = new Snapshot(next, reason, stop, null, Instant.now());
  }

  // A failure and the next attempt are reported by the supervisor.
  private static Level level(PipelineState next) {
    return switch (next) {
      case STOPPED -> Level.WARN;
      case STREAMING, STANDBY -> Level.INFO;
      case PREFLIGHT, BACKING_OFF -> Level.DEBUG;
    };
  }

  /**
   * State and reason of one moment.
   *
   * @param reason for people, in one line, with the remedy if it is STOPPED
   * @param stopped what stopped it; null unless it is STOPPED
   * @param note why that cannot be looked at again now; null if it can
   */
  record Snapshot(
      PipelineState state,
      String reason,
      @Nullable Stop stopped,
      @Nullable String note,
      Instant since) {

    /** All there is to say, but for the remedy. */
    String sentence() {
      var sentence = stopped == null ? reason : stopped.sentence();
      return note == null ? sentence : "%s; cannot look again: %s".formatted(sentence, note);
    }

    Optional<Stop> stop() {
      return Optional.ofNullable(stopped);
    }

    boolean isReady() {
      return isStreaming() || state == PipelineState.STANDBY;
    }

    boolean isStreaming() {
      return state == PipelineState.STREAMING;
    }

    boolean wasStreamingFor(Duration atLeast) {
      return isStreaming() && Duration.between(since, Instant.now()).compareTo(atLeast) >= 0;
    }
  }
}
