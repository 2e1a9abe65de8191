package onceward.relay.stop;

/**
 * What stopped a pipeline.
 *
 * @param sentence what is wrong, with the names and the values
 * @param remedy the command that mends it, or the step to take; one line
 */
public record Stop(StopReason reason, String sentence, String remedy) {

  @Override
  public String toString() {
    return "%s: %s; to mend it: %s".formatted(reason.code(), sentence, remedy);
  }
}
