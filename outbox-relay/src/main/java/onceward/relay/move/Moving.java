package onceward.relay.move;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import onceward.relay.position.Departure;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.source.Fence;
import onceward.relay.source.HoldingsLook;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, for one generation of a pipeline that is to move, when everything is published and
 * nothing more can come. Not thread-safe.
 *
 * <p>Remembers nothing that a kill could lose: the next generation begins anew, at a later place.
 */
public final class Moving {

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final HoldingsLook database;
  private final LongSupplier nanoTime;
  private @Nullable Long lookedAt;
  private @Nullable Drain drain;

  public Moving(HoldingsLook database, LongSupplier nanoTime) {
    this.database = database;
    this.nanoTime = nanoTime;
  }

  /** Hears how a move gets on. */
  public interface Progress {

    /** The move waits for that, as a sentence. */
    void waits(String what);

    /** So many rows of the outbox are read. */
    void reads(long rows);
  }

  /**
   * @param to everything that was committed before is to be published
   * @param fence which has held since before that place
   */
  private record Drain(Lsn to, String fence) {}

  /**
   * What the database holds, if all of it is published up to a position and nothing more can come.
   * Looks once a second at most.
   *
   * @return empty as long as the move has to wait
   */
  public Optional<Departure> departure(Position reached, Progress progress) {
    if (!isDue()) {
      return Optional.empty();
    }
    var fence = database.fence();
    var waitsFor = waitsFor(fence, reached);
    if (waitsFor.isPresent()) {
      progress.waits(waitsFor.get());
      return Optional.empty();
    }
    var holdings = database.read(progress::reads);
    // A fence that was away for a moment may have let rows by.
    return Optional.ofNullable(drain)
        .filter(drained -> drained.fence().equals(database.fence().state()))
        .map(drained -> new Departure(drained.to(), holdings.outbox(), holdings.parked()));
  }

  private Optional<String> waitsFor(Fence fence, Position reached) {
    if (!fence.holds()) {
      drain = null;
      return Optional.of("is to move, and waits for the fence of its outbox");
    }
    if (fence.openRequests() > 0) {
      return Optional.of(
          "is to move, and waits for %d open requests to republish"
              .formatted(fence.openRequests()));
    }
    if (drain == null || !drain.fence().equals(fence.state())) {
      drain = new Drain(fence.writtenTo(), fence.state());
    }
    return drain.to().isAfter(reached.confirmable())
        ? Optional.of("is to move, and publishes what was committed before " + drain.to())
        : Optional.empty();
  }

  private boolean isDue() {
    var now = nanoTime.getAsLong();
    if (lookedAt != null && now - lookedAt < LOOK.toNanos()) {
      return false;
    }
    lookedAt = now;
    return true;
  }
}
