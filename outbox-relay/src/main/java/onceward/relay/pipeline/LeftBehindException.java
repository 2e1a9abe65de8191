package onceward.relay.pipeline;

/** A worker was to end, did not in time, and was left behind. */
final class LeftBehindException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LeftBehindException() {
    super("the worker did not end in time, and was left behind");
  }
}
