package onceward.localstack.process;

/** The condition of a process of the stack, found out within a limited time. */
public enum Condition {
  /** The process answers that it is ready, or a server answers a request. */
  READY("ready"),
  /** The process runs and answers that it is not ready, or does not listen yet. */
  NOT_READY("not-ready"),
  /**
   * The process runs and accepts connections, but does not answer in time: it hangs or is
   * suspended.
   */
  SILENT("silent"),
  /** The process does not run. */
  ENDED("ended");

  private final String text;

  Condition(String text) {
    this.text = text;
  }

  /** One word, for scripts. */
  public String text() {
    return text;
  }
}
