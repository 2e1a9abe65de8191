package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Set;

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

  /** Letters a second, as long as the command has followed; 0 in the first moment. */
  double rate() {
    var seconds = followed.toMillis() / 1e3;
    return seconds < 1 ? 0 : (settled(job) - settledAtFirst) / seconds;
  }

  /** One line without its end. */
  String line() {
    var left = job.path("requested").asLong();
    var rate = rate();
    var eta = isOver() || rate <= 0 ? "" : ", %s left".formatted(words((long) (left / rate)));
    return "%s: %s, %d of %d (verified %d, failed %d, skipped %d), %.1f a second%s"
        .formatted(
            job.path("service").asText(),
            job.path("state").asText(),
            settled(job),
            job.path("total").asLong(),
            job.path("verified").asLong(),
            job.path("failed").asLong(),
            job.path("skipped").asLong(),
            rate,
            eta);
  }

  private static String words(long seconds) {
    return seconds < 60
        ? seconds + " s"
        : seconds < 3600
            ? "%d min %d s".formatted(seconds / 60, seconds % 60)
            : "%d h %d min".formatted(seconds / 3600, seconds % 3600 / 60);
  }
}
