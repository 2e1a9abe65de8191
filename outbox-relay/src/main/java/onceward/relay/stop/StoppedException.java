package onceward.relay.stop;

/** A pipeline cannot go on until somebody mends something. */
public final class StoppedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Stop stop;

  public StoppedException(Stop stop) {
    super(stop.toString());
    this.stop = stop;
  }

  public Stop stop() {
    return stop;
  }
}
