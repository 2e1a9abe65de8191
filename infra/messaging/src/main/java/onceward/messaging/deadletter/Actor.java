package onceward.messaging.deadletter;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a dead letter is tried or closed; the history of the letter keeps it. Immutable.
 *
 * @param operator the person; null for the consumer itself
 * @param job the job that does it; null for a single command
 * @param reason what the operator gave as the reason; null if nothing
 */
public record Actor(@Nullable String operator, @Nullable UUID job, @Nullable String reason) {

  /** The consumer itself: what was missing for the letter has come. */
  public static final Actor CONSUMER = new Actor(null, null, null);

  /** An operator who handles a letter now. */
  public static Actor operator(String name, @Nullable String reason) {
    return new Actor(name, null, reason);
  }
}
