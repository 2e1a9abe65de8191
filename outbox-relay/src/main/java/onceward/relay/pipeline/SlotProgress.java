package onceward.relay.pipeline;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Supplier;
import onceward.relay.position.Lsn;
import onceward.relay.source.DatabaseFacts.Slot;
import org.jspecify.annotations.Nullable;

/**
 * Whether the slot moves while another session holds it. A session can hold the slot and do
 * nothing, be it one of our own that was lost on the network and that the server still believes in.
 *
 * <p>A relay's canary moves the slot every few seconds. Only while a relay publishes one long
 * transaction the slot stands still though all is well: then the position in Kafka shows progress,
 * which is written every 100 ms at least, or with every transaction. After half the patience
 * without slot movement this looks at the position too, and no earlier, as that costs a connection
 * to Kafka. Not thread-safe.
 */
final class SlotProgress {

  /** Of the patience: how long the slot stands still before the position is looked at. */
  private static final int STILL_PART = 2;

  /** Of the patience: how long between two looks at the position. */
  private static final int LOOK_PART = 8;

  private final Duration patience;
  private final Supplier<OptionalLong> written;
  private @Nullable Lsn confirmed;
  private OptionalLong lastWritten = OptionalLong.empty();
  private boolean moved;
  private long movedAt = System.nanoTime();
  private long lookedAt = movedAt;

  /**
   * @param patience after this time without progress the holder does not count as a relay
   * @param written gives the offset at which the slot's position was written last; a later position
   *     is elsewhere; empty if that is not known now
   */
  SlotProgress(Duration patience, Supplier<OptionalLong> written) {
    this.patience = patience;
    this.written = written;
  }

  /** Whether the slot, or its position, was seen to move within the patience. */
  boolean sees(Slot slot) {
    if (confirmed != null && !Objects.equals(confirmed, slot.confirmed())) {
      move();
    }
    confirmed = slot.confirmed();
    if (isPast(movedAt, STILL_PART) && isPast(lookedAt, LOOK_PART)) {
      lookAtPosition();
    }
    return moved && !isPast(movedAt, 1);
  }

  private void lookAtPosition() {
    var now = written.get();
    if (now.isPresent()) {
      if (lastWritten.isPresent() && !lastWritten.equals(now)) {
        move();
      }
      lastWritten = now;
    }
    lookedAt = System.nanoTime();
  }

  private void move() {
    moved = true;
    movedAt = System.nanoTime();
  }

  private boolean isPast(long since, int part) {
    return System.nanoTime() - since >= patience.toNanos() / part;
  }
}
