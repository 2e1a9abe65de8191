package onceward.messaging.deadletter.job;

import java.time.Duration;
import onceward.messaging.deadletter.Actor;
import onceward.messaging.deadletter.CannotCloseException;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.deadletter.RetryFailedException;
import onceward.messaging.deadletter.job.JobRequest.Action;
import onceward.messaging.deadletter.job.JobRows.Standing;
import onceward.messaging.deadletter.job.LoopGuard.Fail;
import onceward.messaging.deadletter.job.LoopGuard.Skip;
import onceward.messaging.deadletter.job.LoopGuard.Try;
import onceward.messaging.job.LeasedWorker.Lease;
import onceward.messaging.job.Pace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stretch of work on a job: letter after letter, at the job's pace, until no letter waits or
 * the job is no longer this process's. Used by one thread.
 */
final class JobRun {

  private static final Logger log = LoggerFactory.getLogger(JobRun.class);

  /** A letter that is tried again takes its turn behind all others. */
  private static final long LATER = Selection.LIMIT_MAX;

  /** The job looks whether it still runs, at least so often. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Job job;
  private final JobRows rows;
  private final DeadLetterOffice office;
  private final Lease lease;
  private final Actor actor;
  private Pace pace;
  private int failuresInRow;

  JobRun(Job job, JobRows rows, DeadLetterOffice office, Lease lease) {
    this.job = job;
    this.rows = rows;
    this.office = office;
    this.lease = lease;
    this.actor = new Actor(job.operator(), job.id(), job.reason());
    this.pace = Pace.of(job.limits().rate(), System.nanoTime());
  }

  void run() {
    while (lease.goesOn()) {
      var due = pace.untilDue(System.nanoTime());
      if (due.isPositive()) {
        lease.pause(due.compareTo(LOOK) < 0 ? due : LOOK);
        continue;
      }
      pace = pace.taken(System.nanoTime());
      var next = rows.begin(job.id());
      if (next.isEmpty()) {
        end();
        return;
      }
      settleOrLeave(next.get());
      if (LoopGuard.pauses(job.limits(), failuresInRow)) {
        pauseItself();
        return;
      }
    }
  }

  private void end() {
    rows.verify(job.id(), job.action(), null);
    if (rows.change(job.id(), JobState.DONE, null)) {
      log.info("job {} is done: {}", job.id(), rows.find(job.id()).map(Job::counts).orElseThrow());
    }
  }

  private void pauseItself() {
    var note =
        "paused itself: %d letters in a row failed, so the cause is not mended; the failures say what it is"
            .formatted(failuresInRow);
    if (rows.change(job.id(), JobState.PAUSED, note)) {
      log.warn("job {} {}", job.id(), note);
    }
  }

  /** Trouble of the database is no sign that the letter ends the process. */
  private void settleOrLeave(Item item) {
    try {
      settle(item);
    } catch (RuntimeException notNow) {
      rows.note(job.id(), item.letter(), ItemState.REQUESTED, false, 0, null);
      throw notNow;
    }
  }

  private void settle(Item item) {
    var standing = rows.standing(job.id(), job.action(), item.letter());
    if (standing.filter(Standing::isOpen).isEmpty()) {
      // The process may have ended between the letter's transaction and the note of it.
      if (standing.filter(Standing::isApplied).isPresent()) {
        applied(item);
      } else {
        skip(item, "was closed meanwhile, and not by this job");
      }
      return;
    }
    switch (LoopGuard.before(job.limits(), item.starts(), standing.get().failuresInRow())) {
      case Try _ -> apply(item);
      case Skip(String why) -> skip(item, why);
      case Fail(String why) -> fail(item, false, why);
    }
  }

  private void apply(Item item) {
    try {
      if (job.action() == Action.RETRY) {
        office.retry(item.letter(), actor);
      } else {
        office.discard(item.letter(), actor);
      }
      applied(item);
    } catch (CannotCloseException refused) {
      if (isApplied(item)) {
        // Another instance of the service had the letter in hand and lost its lease meanwhile.
        applied(item);
      } else if (refused.first().filter(first -> rows.waits(job.id(), first)).isPresent()) {
        rows.note(job.id(), item.letter(), ItemState.REQUESTED, false, LATER, null);
      } else {
        skip(item, String.valueOf(refused.getMessage()));
      }
    } catch (RetryFailedException failed) {
      failedAgain(item, failed);
    }
  }

  private boolean isApplied(Item item) {
    return rows.standing(job.id(), job.action(), item.letter())
        .filter(Standing::isApplied)
        .isPresent();
  }

  private void applied(Item item) {
    rows.note(job.id(), item.letter(), ItemState.APPLIED, true, 0, null);
    rows.verify(job.id(), job.action(), item.letter());
    failuresInRow = 0;
    pace = pace.settled();
  }

  private void skip(Item item, String why) {
    rows.note(job.id(), item.letter(), ItemState.SKIPPED, false, 0, why);
  }

  private void failedAgain(Item item, RetryFailedException failed) {
    var why = String.valueOf(failed.getMessage());
    pace = failed.isTransient() ? pace.notNow(System.nanoTime()) : pace.settled();
    switch (LoopGuard.after(job.limits(), item.attempts() + 1, failed.isTransient(), why)) {
      case Fail(String reason) -> fail(item, true, reason);
      default -> rows.note(job.id(), item.letter(), ItemState.REQUESTED, true, LATER, why);
    }
  }

  private void fail(Item item, boolean tried, String why) {
    rows.note(job.id(), item.letter(), ItemState.FAILED, tried, 0, why);
    failuresInRow++;
  }
}
