package onceward.relay.position;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * That a pipeline is to leave the database of its position for a copy in another cluster. Kept with
 * the position in Kafka, because the database goes away. Immutable.
 *
 * @param operator who requested it
 * @param requestedAt when
 * @param left what the database held when the pipeline left it; null until then
 */
public record Move(String operator, Instant requestedAt, @Nullable Departure left) {

  /** One that is requested, and not under way yet. */
  public Move(String operator, Instant requestedAt) {
    this(operator, requestedAt, null);
  }

  /** What the database held when the pipeline left it; empty until then. */
  public Optional<Departure> departure() {
    return Optional.ofNullable(left);
  }

  /** The same move, once the pipeline has left. */
  public Move leaving(Departure departure) {
    return new Move(operator, requestedAt, departure);
  }
}
