package onceward.cli.program;

/** What a command was to be about is not there. Its message names it, and how to see what is. */
public final class NotFoundException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public NotFoundException(String message) {
    super(message);
  }
}
