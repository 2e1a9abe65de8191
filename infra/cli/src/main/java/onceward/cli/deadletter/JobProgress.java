package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Set;
import onceward.cli.program.Followed;

/**
 * How far a job has come, as a line. Pure.
 *
 * @param job as the service tells it
 * @param settledAtFirst how many letters were settled when the command began to follow
 * @param followed how long the command has followed
 */
record JobProgress(JsonNode job, long settledAtFirst, Duration followed) {

  private static final Set<String> ENDED = Set.of("done", "cancelled", "paused");

  /** How many letters of a job do not wait any more. */
  static long settled(JsonNode job) {
    return job.path("total").asLong() - job.path("requested").asLong();
  }

  /** Whether nothing happens any more unless an operator asks for it. */
  boolean isOver() {
    return ENDED.contains(job.path("state").asText());
  }

  /** Whether every letter is verified. */
  boolean isVerified() {
    return job.path("verified").asLong() == job.path("total").asLong();
  }

  /** One line without its end. */
  String line() {
    var left = isOver() ? 0 : job.path("requested").asLong();
    var speed = new Followed(settledAtFirst, settled(job), left, followed);
    return "%s: %s, %d of %d (verified %d, failed %d, skipped %d), %.1f a second%s"
        .formatted(
            job.path("service").asText(),
            job.path("state").asText(),
            settled(job),
            job.path("total").asLong(),
            job.path("verified").asLong(),
            job.path("failed").asLong(),
            job.path("skipped").asLong(),
            speed.rate(),
            speed.remaining());
  }
}
