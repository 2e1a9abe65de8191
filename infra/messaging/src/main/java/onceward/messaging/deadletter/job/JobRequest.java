package onceward.messaging.deadletter.job;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks for.
 *
 * @param action what becomes of the letters
 * @param selection which letters
 * @param operator who asks
 * @param reason why; required to discard
 * @param limits how fast and how often
 */
public record JobRequest(
    Action action, Selection selection, String operator, @Nullable String reason, Limits limits) {

  private static final int ATTEMPTS_MAX = 100;
  private static final double RATE_MIN = 0.01;
  private static final double RATE_MAX = 10_000;

  /** What becomes of the letters of a job. */
  public enum Action {
    RETRY,
    DISCARD;

    /** As the database and the endpoint spell it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The state of a letter that the job is done with. */
    String closed() {
      return this == RETRY ? "handled" : "discarded";
    }
  }

  /**
   * How fast a job works and when it gives up a letter.
   *
   * @param rate letters a second; null for as many as go
   * @param attemptsMax how often the job tries one letter
   * @param failuresInRowMax a letter that has failed so often in a row at the same place is skipped
   * @param force whether such letters are tried all the same
   */
  public record Limits(
      @Nullable Double rate, int attemptsMax, int failuresInRowMax, boolean force) {

    /** As fast as it goes, one attempt a letter, three failures in a row. */
    public static final Limits DEFAULT = new Limits(null, 1, 3, false);

    public Limits {
      if (rate != null && !(rate >= RATE_MIN && rate <= RATE_MAX)) {
        throw new IllegalArgumentException(
            "rate is %s; allowed: %s to %s letters a second".formatted(rate, RATE_MIN, RATE_MAX));
      }
      requireAllowed("attempts", attemptsMax);
      requireAllowed("failuresInRow", failuresInRowMax);
    }

    private static void requireAllowed(String name, int value) {
      if (value < 1 || value > ATTEMPTS_MAX) {
        throw new IllegalArgumentException(
            "%s is %d; allowed: 1 to %d".formatted(name, value, ATTEMPTS_MAX));
      }
    }
  }

  public JobRequest {
    if (action == Action.DISCARD && (reason == null || reason.isBlank())) {
      throw new IllegalArgumentException(
          "a reason is required to discard: nobody can look the message up afterwards");
    }
  }
}
