package onceward.relay.republish;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request to republish, as it stands.
 *
 * @param operator the operator who made the request
 * @param reason why, as the operator says; null if not given
 * @param messages how many messages the request names
 * @param published how many of them Kafka has acknowledged
 * @param unpublished how many are not published for good, by reason
 * @param trouble why the request is paused; null if it is not
 * @param refused the message that Kafka refuses; null if that is not why
 */
public record Republish(
    long id,
    String operator,
    @Nullable String reason,
    RepublishState state,
    Instant requestedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    long messages,
    long published,
    Map<Unpublished, Long> unpublished,
    @Nullable String trouble,
    @Nullable UUID refused) {

  public Republish {
    unpublished = Map.copyOf(unpublished);
  }

  Republish with(Map<Unpublished, Long> counted) {
    return new Republish(
        id,
        operator,
        reason,
        state,
        requestedAt,
        startedAt,
        endedAt,
        messages,
        published,
        counted,
        trouble,
        refused);
  }

  /** How many messages wait for their turn; of a cancelled request, how many were left off. */
  public long waiting() {
    return messages - published - unpublished.values().stream().mapToLong(Long::longValue).sum();
  }
}
