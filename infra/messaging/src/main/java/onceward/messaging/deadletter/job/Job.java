package onceward.messaging.deadletter.job;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.deadletter.job.JobRequest.Action;
import onceward.messaging.deadletter.job.JobRequest.Limits;
import org.jspecify.annotations.Nullable;

/**
 * A job as it stands.
 *
 * @param selection the criteria in words
 * @param total how many letters were chosen
 * @param counts of its letters by their state
 * @param startedAt null until an instance of the service takes the job
 * @param endedAt null until it is done or cancelled
 * @param note why the service paused the job itself; null if it did not
 */
public record Job(
    UUID id,
    Action action,
    JobState state,
    String operator,
    @Nullable String reason,
    String selection,
    Limits limits,
    int total,
    Map<ItemState, Long> counts,
    Instant requestedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String note) {

  /** How many letters are in that state. */
  public long count(ItemState state) {
    return counts.getOrDefault(state, 0L);
  }
}
