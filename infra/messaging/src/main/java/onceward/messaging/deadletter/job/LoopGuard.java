package onceward.messaging.deadletter.job;

import onceward.messaging.deadletter.job.JobRequest.Limits;

/**
 * Decides whether a job may try a letter, and what becomes of a letter that failed. Pure: asks no
 * database and no clock.
 */
final class LoopGuard {

  /** An instance that began so often and left no outcome has ended each time. */
  static final int STARTS_MAX = 3;

  /** After so many failures in a row the cause is not mended, and the job pauses itself. */
  static final int FAILURES_BEFORE_PAUSE = 50;

  /** A failure that time may mend gets so many attempts at least, with waits between them. */
  static final int TRANSIENT_ATTEMPTS_MAX = 5;

  private LoopGuard() {}

  /** What a job does with a letter. */
  sealed interface Decision {}

  /** Try it. */
  record Try() implements Decision {}

  /** Leave the letter as it is, and name it. */
  record Skip(String why) implements Decision {}

  /** Give up on the letter in this job. */
  record Fail(String why) implements Decision {}

  /**
   * Decides before an attempt.
   *
   * @param starts how often an instance began before and left no outcome
   * @param failuresInRow how often the letter has failed in a row at the same place
   */
  static Decision before(Limits limits, int starts, int failuresInRow) {
    if (starts >= STARTS_MAX) {
      return new Fail("the process ended %d times while it handled the message".formatted(starts));
    }
    if (failuresInRow >= limits.failuresInRowMax() && !limits.force()) {
      return new Skip(
          "has failed %d times in a row at the same place; mend the cause and use --force"
              .formatted(failuresInRow));
    }
    return new Try();
  }

  /**
   * Decides after an attempt that failed.
   *
   * @param attempts how often the job has tried the letter, with this attempt
   * @param isTransient whether time may mend the failure
   */
  static Decision after(Limits limits, int attempts, boolean isTransient, String why) {
    var max =
        isTransient ? Math.max(limits.attemptsMax(), TRANSIENT_ATTEMPTS_MAX) : limits.attemptsMax();
    return attempts >= max ? new Fail(why) : new Try();
  }

  /** Whether the job pauses itself. */
  static boolean pauses(Limits limits, int failuresInRowOfJob) {
    return failuresInRowOfJob >= FAILURES_BEFORE_PAUSE && !limits.force();
  }
}
