package onceward.relay.stop;

/**
 * What stopped a pipeline.
 *
 * @param sentence what is wrong, with the names and the values
 * @param remedy the command that mends it, to be pasted into a shell; where none could know enough,
 *     the step to take. One line; what to think of before is on the reason's page in {@code
 *     infra/docs/runbook}
 */
public record Stop(StopReason reason, String sentence, String remedy) {

  @Override
  public String toString() {
    return "%s: %s; to mend it: %s".formatted(reason.code(), sentence, remedy);
  }
}
