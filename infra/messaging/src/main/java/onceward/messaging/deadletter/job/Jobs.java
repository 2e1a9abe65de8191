package onceward.messaging.deadletter.job;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What operators ask of jobs. Safe for use by many threads and processes: any instance of the
 * service may be asked, and another may do the work.
 */
@Singleton
@Requires(bean = JobRows.class)
public final class Jobs {

  private final JobRows rows;

  Jobs(JobRows rows) {
    this.rows = rows;
  }

  /** How many letters of each group a job would take now; nothing changes. */
  public Map<String, Long> wouldTake(Selection selection) {
    return rows.count(selection);
  }

  /**
   * The first letters that a selection means now, in the order of their ids.
   *
   * @param after those behind this one; null to start with the oldest
   */
  public List<UUID> chosen(Selection selection, @Nullable UUID after, int limit) {
    return rows.chosen(selection, after, limit);
  }

  /**
   * Stores a job, which an instance of the service takes within seconds.
   *
   * @return the job; empty if no open letter fits the selection
   */
  public Optional<Job> request(JobRequest request) {
    return rows.count(request.selection()).isEmpty()
        ? Optional.empty()
        : rows.find(rows.add(request));
  }

  /** The latest jobs, as many as asked for. */
  public List<Job> latest(int limit) {
    return rows.latest(limit);
  }

  /** The job of that id; empty if there is none. */
  public Optional<Job> find(UUID id) {
    return rows.find(id);
  }

  /** The letters of a job that failed or were skipped, as many as asked for, each with why. */
  public List<Item> notApplied(UUID job, int limit) {
    return rows.notApplied(job, limit);
  }

  /** Lets the job stand still after the letter in hand; false if it is in no state for that. */
  public boolean pause(UUID id) {
    return rows.change(id, JobState.PAUSED, null);
  }

  /**
   * Lets every job stand still that would go on by itself, until an operator resumes it.
   *
   * @param note why
   * @return these jobs
   */
  public List<UUID> standStill(String note) {
    return rows.standStill(note);
  }

  /** Lets a paused job go on; false if it is not paused. */
  public boolean resume(UUID id) {
    return rows.change(id, JobState.REQUESTED, null);
  }

  /** Ends the job after the letter in hand; false if it has ended. */
  public boolean cancel(UUID id) {
    return rows.change(id, JobState.CANCELLED, null);
  }
}
