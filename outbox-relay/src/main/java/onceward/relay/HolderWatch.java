package onceward.relay;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Supplier;
import onceward.relay.database.DatabaseFacts.Slot;
import onceward.relay.position.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * Whether whoever holds the slot gets on. A session can hold it and do nothing, be it one of our
 * own that was lost on the network and that the server still believes in.
 *
 * <p>A relay's canary moves the slot every few seconds. Only while one long transaction is being
 * published it stands still though all is well: then the positions show it, which are written with
 * every batch. They are asked for only when the slot has stood still for a while, for that costs a
 * connection to Kafka. Not thread-safe.
 */
final class HolderWatch {

  /** Of the patience: how long the slot stands still before positions are looked at. */
  private static final int STILL_PART = 2;

  /** Likewise: how long between two looks. */
  private static final int LOOK_PART = 8;

  private final Duration patience;
  private final Supplier<OptionalLong> written;
  private @Nullable Lsn confirmed;
  private OptionalLong lastWritten = OptionalLong.empty();
  private boolean moved;
  private long movedAt = System.nanoTime();
  private long lookedAt = movedAt;

  /**
   * @param patience after which time without any progress there is none
   * @param written tells where the slot's last position is written down, and a later one is
   *     elsewhere; empty if that is not known now
   */
  HolderWatch(Duration patience, Supplier<OptionalLong> written) {
    this.patience = patience;
    this.written = written;
  }

  /** Whether the slot, or its position, was seen to move, and not too long ago. */
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
