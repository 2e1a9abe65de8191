package onceward.relay;

import java.time.Duration;
import java.util.Objects;
import onceward.relay.database.DatabaseFacts.Slot;
import onceward.relay.position.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * Whether whoever holds the slot moves it. A session can hold it and do nothing, be it one of our
 * own that was lost on the network and that the server still believes in.
 *
 * <p>A relay's canary moves the slot every few seconds. Only while one long transaction is being
 * published it stands still though all is well.
 */
final class HolderWatch {

  private final Duration patience;
  private @Nullable Lsn confirmed;
  private boolean moved;
  private long movedAt;

  HolderWatch(Duration patience) {
    this.patience = patience;
  }

  /** Whether the slot was seen to move, and not too long ago. */
  boolean sees(Slot slot) {
    if (confirmed != null && !Objects.equals(confirmed, slot.confirmed())) {
      moved = true;
      movedAt = System.nanoTime();
    }
    confirmed = slot.confirmed();
    return moved && System.nanoTime() - movedAt < patience.toNanos();
  }
}
