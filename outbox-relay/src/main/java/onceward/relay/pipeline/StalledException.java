package onceward.relay.pipeline;

import java.time.Duration;

/** Nothing came through a pipeline, though its canary was moved or could not be. */
final class StalledException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StalledException(Duration silence, String why) {
    super(
        "nothing came through for %d s, not even the canary: %s"
            .formatted(silence.toSeconds(), why));
  }
}
