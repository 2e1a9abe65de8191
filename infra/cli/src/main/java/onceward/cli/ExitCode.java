package onceward.cli;

/** What scripts may rely on. */
final class ExitCode {

  static final int FINE = 0;

  /** The thing that was checked does not hold. */
  static final int DOES_NOT_HOLD = 1;

  static final int USAGE = 2;

  /** What the command needs cannot be reached or does not work. */
  static final int UNREACHABLE = 3;

  private ExitCode() {}
}
