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

  public UnreadableRowException(@Nullable UUID messageId, String message) {
    super(message);
    this.messageId = messageId;
  }

  /**
   * Of one row.
   *
   * @param id as the row has it, which need be no UUID; null if it cannot be told
   */
  public static UnreadableRowException of(@Nullable String id, String why) {
    return new UnreadableRowException(
        id == null ? null : uuid(id).orElse(null),
        "outbox row %s: %s".formatted(id == null ? "(unknown)" : id, why));
  }

  /**
   * Of a row that was changed.
   *
   * @param operation in Debezium's letters: u for an update, d for a deletion, t for a truncation
   */
  public static UnreadableRowException notInserted(@Nullable String id, String operation) {
    return of(
        id,
        "operation '%s' where only inserts may happen; does something update the outbox?"
            .formatted(operation));
  }

  /** Of the row; empty if it has none. */
  public Optional<UUID> messageId() {
    return Optional.ofNullable(messageId);
  }

  /** The UUID that a text holds; empty if it holds none. */
  public static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text.strip()));
    } catch (IllegalArgumentException other) {
      return Optional.empty();
    }
  }
}
