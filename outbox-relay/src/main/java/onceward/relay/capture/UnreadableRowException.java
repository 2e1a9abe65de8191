package onceward.relay.capture;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A change that is no readable outbox row. The pipeline must not go past it. Names the row by its
 * id; never quotes its payload.
 */
public final class UnreadableRowException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final @Nullable UUID messageId;

  UnreadableRowException(@Nullable UUID messageId, String message) {
    super(message);
    this.messageId = messageId;
  }

  /** Of the row; empty if it has none. */
  public Optional<UUID> messageId() {
    return Optional.ofNullable(messageId);
  }
}
