package onceward.messaging.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import onceward.messaging.Message;
import onceward.messaging.delivery.FailedAtException;
import onceward.messaging.delivery.HandleOnce.Delivery;
import onceward.messaging.handling.HandlerCall;
import onceward.messaging.offsets.Brokers;
import onceward.messaging.readmodel.ReadModel;
import onceward.messaging.readmodel.ReadModel.Payloads;
import onceward.messaging.readmodel.ReadModels;

/**
 * Fills the other generation of a read model from the whole topic, while live messages are written
 * to both, and then makes it live.
 *
 * @param brokers asked for the ends of the topic when the rebuild begins
 */
record RebuildAction(
    UUID replay,
    ReadModel<?> model,
    ReadModels models,
    HandlerCall handlers,
    Brokers brokers,
    ReplayRows rows)
    implements ReplayAction {

  /**
   * The plan has looked at the topic earlier. What was published since then and before live writers
   * began to write to both generations is in neither, so the ranges are fixed anew, in the
   * transaction that lets them.
   */
  @Override
  public List<ReplayRange> begin(Replay planned) {
    var isOurs =
        models.begin(
            model,
            replay,
            () ->
                rows.replaceRanges(
                    replay, ReplayRanges.whole(model.topic(), brokers.logs(model.topic()))));
    if (!isOurs) {
      throw new NotPossibleException(
          "replay %s rebuilds the %s; wait until it is done or cancel it, then resume this one"
              .formatted(models.generations(model).replay(), model));
    }
    return rows.find(replay).orElseThrow(LostToAnotherException::new).ranges();
  }

  @Override
  public Set<UUID> due(List<UUID> messages) {
    return Set.copyOf(messages);
  }

  @Override
  public Done give(List<Delivery> chosen) {
    if (chosen.isEmpty()) {
      return new Done(Map.of(), Set.of());
    }
    try {
      var filled =
          models.fill(
              model,
              replay,
              messages(chosen),
              new Payloads() {
                @Override
                public <P> P read(Class<P> type, Message message) {
                  return handlers.read(type, message);
                }
              });
      return new Done(Map.of(ReplayOutcome.HANDLED, (long) filled), Set.of());
    } catch (Exception failure) {
      throw new FailedAtException(chosen.getFirst().record().offset(), failure);
    }
  }

  private static List<Message> messages(List<Delivery> chosen) {
    var messages = new ArrayList<Message>(chosen.size());
    chosen.forEach(delivery -> messages.add(delivery.message()));
    return messages;
  }

  /**
   * Nobody else waits for what the transaction locks, but for live writers of the same aggregates.
   */
  @Override
  public int recordsAtOnceMax() {
    return ReplayLog.POLL_RECORDS_MAX;
  }

  /** Of each aggregate the latest version decides, whatever the order. */
  @Override
  public boolean keepsOrder() {
    return false;
  }

  @Override
  public Optional<String> unfinished(Replay now) {
    var lacking = rows.notDiscarded(replay, model.consumer());
    return lacking == 0
        ? Optional.empty()
        : Optional.of(
            "%d messages are not in the table that was filled, so the old one stays live; mend the cause that the failures name, cancel this replay and plan another; or discard the dead letters of these messages and resume"
                .formatted(lacking));
  }

  @Override
  public boolean end(BooleanSupplier change) {
    return models.swap(model, replay, change);
  }
}
