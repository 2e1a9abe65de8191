package onceward.relay.pipeline;

import java.time.Instant;
import java.util.Optional;
import onceward.relay.stop.Stop;
import org.jspecify.annotations.Nullable;

/**
 * How a pipeline stands, and why.
 *
 * @param reason for people, in one line; with the remedy if the pipeline is stopped
 * @param stopped what stopped the pipeline; null unless it is stopped
 * @param note why the pipeline cannot look again now at what stopped it; null if it can
 * @param since when the pipeline came into this phase, for this reason if it is stopped
 */
public record Status(
    Phase phase, String reason, @Nullable Stop stopped, @Nullable String note, Instant since) {

  /** All there is to say, but for the remedy. */
  public String sentence() {
    return withNote(stopped == null ? reason : stopped.sentence());
  }

  /** All there is to say, in one line. */
  public String line() {
    return withNote(phase + ": " + reason);
  }

  private String withNote(String text) {
    return note == null ? text : "%s; cannot look again: %s".formatted(text, note);
  }

  /** What stopped the pipeline, if it is stopped. */
  public Optional<Stop> stop() {
    return Optional.ofNullable(stopped);
  }

  /** Whether messages flow, through this relay or through the one that it stands by for. */
  public boolean isReady() {
    return isStreaming() || phase == Phase.STANDBY;
  }

  /** Whether messages flow through this pipeline. */
  public boolean isStreaming() {
    return phase == Phase.STREAMING;
  }

  boolean isStopped() {
    return phase == Phase.STOPPED;
  }
}
