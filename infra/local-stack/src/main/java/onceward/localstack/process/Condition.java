package onceward.localstack.process;

/** How a process of the stack stands when it is asked, with a bound in time. */
public enum Condition {
  /** It answers that it is ready, or does what it is for. */
  READY("ready"),
  /** It runs and answers that it is not ready, or does not listen yet. */
  NOT_READY("not-ready"),
  /** It runs and takes connections, and no answer comes in time: it is suspended, or hangs. */
  SILENT("silent"),
  /** Its process does not run. */
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
