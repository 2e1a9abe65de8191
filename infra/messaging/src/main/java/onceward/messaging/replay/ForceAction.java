package onceward.messaging.replay;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.delivery.HandleOnce;
import onceward.messaging.delivery.HandleOnce.Delivery;
import onceward.messaging.subscription.Subscription;

/** Handles messages although the consumer has handled them, each once per replay. */
record ForceAction(UUID replay, Subscription subscription, HandleOnce handleOnce, ReplayRows rows)
    implements ReplayAction {

  @Override
  public Set<UUID> due(List<UUID> messages) {
    return Set.copyOf(messages);
  }

  @Override
  public Done give(List<Delivery> chosen) {
    var counts = new EnumMap<ReplayOutcome, Long>(ReplayOutcome.class);
    var unblocked = new HashSet<String>();
    for (var delivery : chosen) {
      // A topic may have a message more than once.
      if (!rows.isFirstTime(replay, delivery.message().id())) {
        counts.merge(ReplayOutcome.HANDLED_BEFORE, 1L, Long::sum);
        continue;
      }
      var tally = handleOnce.again(subscription, delivery, replay);
      RepairAction.counts(tally)
          .forEach((outcome, records) -> counts.merge(outcome, records, Long::sum));
      unblocked.addAll(tally.unblocked());
    }
    return new Done(counts, unblocked);
  }
}
