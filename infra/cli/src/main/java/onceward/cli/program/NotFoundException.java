package onceward.cli.program;

/**
 * The thing that a command is about does not exist. The message names it, and the command that
 * lists what exists.
 */
public final class NotFoundException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public NotFoundException(String message) {
    super(message);
  }
}
