package onceward.messaging.deadletter;

/**
 * A dead letter cannot be closed, neither by a retry nor by discarding it: it is not open, another
 * of its key comes first, or it belongs to no subscription of this process. Says which, and holds
 * no content.
 */
public final class CannotCloseException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  CannotCloseException(String why) {
    super(why);
  }
}
