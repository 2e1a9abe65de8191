package onceward.messaging.deadletter;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter cannot be closed: it is not open, another of its key comes first, or it is to be
 * handled and belongs to no subscription of this process. Says which, and holds no content.
 */
public final class CannotCloseException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final @Nullable UUID first;

  CannotCloseException(String why) {
    this(why, null);
  }

  private CannotCloseException(String why, @Nullable UUID first) {
    super(why);
    this.first = first;
  }

  /** Another letter of the same key has to be closed before. */
  static CannotCloseException after(UUID first) {
    return new CannotCloseException("another letter of the same key comes first: " + first, first);
  }

  /** The letter that has to be closed before; empty if the reason is another. */
  public Optional<UUID> first() {
    return Optional.ofNullable(first);
  }
}
