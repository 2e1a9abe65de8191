package onceward.messaging.replay;

/** Another process works on the replay as well; the transaction of this one rolls back. */
final class LostToAnotherException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LostToAnotherException() {
    super("another process goes on with the replay");
  }
}
