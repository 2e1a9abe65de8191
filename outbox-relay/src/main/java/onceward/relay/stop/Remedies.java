package onceward.relay.stop;

/** Commands that several stops name, to be pasted into a shell. */
public final class Remedies {

  private Remedies() {}

  /** Lets the pipeline continue where its slot stands. */
  public static String accept(String pipeline) {
    return "infra/onceward relay accept " + pipeline;
  }

  /**
   * Has the messages published that topics lack, and then lets the pipeline continue. In this order
   * they come before everything that the pipeline captures.
   */
  public static String bringBackAndAccept(String pipeline, StopReason reason) {
    return "infra/onceward republish run --pipeline %s --wait 0 --detach --reason %s && %s"
        .formatted(pipeline, reason.code(), accept(pipeline));
  }
}
