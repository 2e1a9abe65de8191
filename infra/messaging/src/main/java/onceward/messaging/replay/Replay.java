package onceward.messaging.replay;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A replay as it stands.
 *
 * @param ranges by partition; empty until there is a plan
 * @param planned how many records would come to which end
 * @param counts how many records have come to which end
 * @param startedAt null until an operator has let it run
 * @param endedAt null until it is done, cancelled or refused
 * @param planNote what an operator should know of the plan; null if there is nothing to say
 * @param note why it was refused or paused itself; null if it was not
 * @param trouble why it does not get on, and is tried again; null if it does
 */
public record Replay(
    UUID id,
    ReplayRequest request,
    ReplayState state,
    List<ReplayRange> ranges,
    Map<ReplayOutcome, Long> planned,
    Map<ReplayOutcome, Long> counts,
    Instant requestedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String planNote,
    @Nullable String note,
    @Nullable String trouble) {

  /** How many records were planned to come to that end. */
  public long planned(ReplayOutcome outcome) {
    return planned.getOrDefault(outcome, 0L);
  }

  /** How many records have come to that end. */
  public long count(ReplayOutcome outcome) {
    return counts.getOrDefault(outcome, 0L);
  }
}
