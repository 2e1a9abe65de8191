package onceward.cli.program;

import java.time.Duration;

/**
 * How fast something gets on that a command follows. Immutable.
 *
 * @param doneAtFirst how much was done when the command began to follow
 * @param done how much is done now
 * @param left how much is not
 * @param time how long the command has followed
 */
public record Followed(long doneAtFirst, long done, long left, Duration time) {

  /** So much a second, as long as the command has followed; 0 in the first second. */
  public double rate() {
    var seconds = time.toMillis() / 1e3;
    return seconds < 1 ? 0 : (done - doneAtFirst) / seconds;
  }

  /** The end of a line: how long the rest takes at this rate; empty if nobody knows. */
  public String remaining() {
    return left == 0 || rate() <= 0
        ? ""
        : ", %s left".formatted(words(Duration.ofSeconds((long) (left / rate()))));
  }

  /** A duration in its two largest units. */
  public static String words(Duration time) {
    var seconds = time.toSeconds();
    return seconds < 60
        ? seconds + " s"
        : seconds < 3600
            ? "%d min %d s".formatted(seconds / 60, seconds % 60)
            : "%d h %d min".formatted(seconds / 3600, seconds % 3600 / 60);
  }
}
