package onceward.localstack;

import onceward.localstack.process.StackException;

/** Programs run and do not become ready before an operator has acted. */
final class StuckException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String text;

  /**
   * @param text which programs, why, and what to do
   */
  StuckException(String text) {
    super(text);
    this.text = text;
  }

  /** The same for the user. */
  StackException toStackException(Commands commands) {
    return new StackException(
        "%s\nThe stack keeps running: `%s` shows it, and `%s` waits for it again."
            .formatted(text, commands.of("status"), commands.of("up --detach")),
        this);
  }
}
