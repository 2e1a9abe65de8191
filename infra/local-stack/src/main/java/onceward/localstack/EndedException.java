package onceward.localstack;

import onceward.localstack.process.StackException;

/** A process ended during a wait for the stack. */
final class EndedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final String text;

  /**
   * @param name such as {@code kafka}
   * @param text which process ended, and the end of its log
   */
  EndedException(String name, String text) {
    super(text);
    this.name = name;
    this.text = text;
  }

  String name() {
    return name;
  }

  /** The same for the user. */
  StackException toStackException() {
    return new StackException(text, this);
  }
}
