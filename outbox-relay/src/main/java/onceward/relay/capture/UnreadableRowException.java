package onceward.relay.capture;

/**
 * A change that is no readable outbox row. The pipeline must not go past it. Names the row by its
 * id; never quotes its payload.
 */
public final class UnreadableRowException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreadableRowException(String message) {
    super(message);
  }
}
