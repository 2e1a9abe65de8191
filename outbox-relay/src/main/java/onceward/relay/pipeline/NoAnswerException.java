package onceward.relay.pipeline;

import java.time.Duration;

/** A worker of the pipeline has not answered in time. */
final class NoAnswerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NoAnswerException(String attempted, Duration limit) {
    super("no answer within %d s: %s".formatted(limit.toSeconds(), attempted));
  }
}
