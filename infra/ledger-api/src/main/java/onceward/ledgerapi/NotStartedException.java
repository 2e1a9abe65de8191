package onceward.ledgerapi;

import onceward.start.StartFault;

/** The API does not start, for a reason that its operator can correct: the message says how. */
public final class NotStartedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  NotStartedException(StartFault fault) {
    super(fault.sentence());
    this.exitCode = fault.exitCode();
  }

  /** With which a program ends that cannot go on without the API. */
  public int exitCode() {
    return exitCode;
  }
}
