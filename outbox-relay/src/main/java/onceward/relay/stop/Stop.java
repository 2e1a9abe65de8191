package onceward.relay.stop;

import java.util.List;
import java.util.stream.Collectors;
import onceward.messaging.Message;
import org.jspecify.annotations.Nullable;

/**
 * What stopped a pipeline.
 *
 * @param sentence what is wrong, with the names and the values
 * @param remedy the command that mends it, to be pasted into a shell; where none could know enough,
 *     the step to take. One line; what to think of before is on the reason's page in {@code
 *     infra/docs/runbook}
 * @param poison the message it stands at, which an operator may quarantine; null if it is not for
 *     one
 */
public record Stop(StopReason reason, String sentence, String remedy, @Nullable Poison poison) {

  /** For whatever else than a message. */
  public Stop(StopReason reason, String sentence, String remedy) {
    this(reason, sentence, remedy, null);
  }

  /**
   * All of several stops, which one accept ends: the reason of the first, and what is wrong with
   * each.
   */
  public static Stop together(List<Stop> stops) {
    var first = stops.getFirst();
    return new Stop(
        first.reason,
        stops.stream().map(Stop::sentence).distinct().collect(Collectors.joining("; and ")),
        Remedies.together(stops.stream().map(Stop::remedy).toList()),
        first.poison);
  }

  /** The same, as far as it concerns a message. */
  public Stop at(Message message) {
    return new Stop(reason, sentence, remedy, new Poison(message.id(), message, sentence));
  }

  @Override
  public String toString() {
    return "%s: %s; to mend it: %s".formatted(reason.code(), sentence, remedy);
  }
}
