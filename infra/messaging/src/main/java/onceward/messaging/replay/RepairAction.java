package onceward.messaging.replay;

import static java.util.stream.Collectors.toSet;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import onceward.messaging.delivery.HandleOnce;
import onceward.messaging.delivery.HandleOnce.Delivery;
import onceward.messaging.delivery.Outcome;
import onceward.messaging.delivery.Tally;
import onceward.messaging.replay.InboxLook.Answer;
import onceward.messaging.subscription.Subscription;

/**
 * Handles what the consumer has not handled, as if it had been delivered.
 *
 * @param makesDeadLetters whether a message that fails for good becomes a dead letter
 * @param handled is told in the transaction that ends the replay
 */
record RepairAction(
    UUID replay,
    Subscription subscription,
    HandleOnce handleOnce,
    InboxLook inbox,
    boolean makesDeadLetters,
    Runnable handled)
    implements ReplayAction {

  @Override
  public Set<UUID> due(List<UUID> messages) {
    return messages.isEmpty()
        ? Set.of()
        : inbox.look(subscription.consumer(), messages).entrySet().stream()
            .filter(answer -> answer.getValue() != Answer.CLAIMED)
            .map(Map.Entry::getKey)
            .collect(toSet());
  }

  @Override
  public Done give(List<Delivery> chosen) {
    if (chosen.isEmpty()) {
      return new Done(Map.of(), Set.of());
    }
    var tally = handleOnce.replay(subscription, chosen, replay);
    return new Done(counts(tally), tally.unblocked());
  }

  @Override
  public boolean end(BooleanSupplier change) {
    var isEnded = change.getAsBoolean();
    if (isEnded) {
      handled.run();
    }
    return isEnded;
  }

  static Map<ReplayOutcome, Long> counts(Tally tally) {
    var counts = new EnumMap<ReplayOutcome, Long>(ReplayOutcome.class);
    tally
        .counts()
        .forEach((outcome, records) -> counts.merge(outcome(outcome), (long) records, Long::sum));
    return counts;
  }

  private static ReplayOutcome outcome(Outcome outcome) {
    return switch (outcome) {
      case HANDLED -> ReplayOutcome.HANDLED;
      case DUPLICATE -> ReplayOutcome.HANDLED_BEFORE;
      case OLD -> ReplayOutcome.OVERTAKEN;
      case SKIPPED -> ReplayOutcome.NO_HANDLER;
      case PARKED -> ReplayOutcome.PARKED;
      case DEAD_LETTER -> ReplayOutcome.DEAD_LETTER;
      case FAILED -> ReplayOutcome.FAILED;
    };
  }
}
