package onceward.messaging.replay;

import io.micronaut.transaction.TransactionOperations;
import java.sql.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import onceward.messaging.HandledMessage;
import onceward.messaging.delivery.FailedAtException;
import onceward.messaging.delivery.HandleOnce.Delivery;
import onceward.messaging.handling.HandlerCall;
import onceward.messaging.handling.UnreadablePayloadException;
import onceward.messaging.offsets.Brokers;
import onceward.messaging.restore.Restoration;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.Subscription.Route;

/**
 * Brings back what the messages of a whole topic say. Asks no inbox, because an older backup has
 * one that has forgotten most messages, and claims nothing: the handlers compare versions.
 *
 * @param topicId of the topic as it is now
 */
record RestoreAction(
    UUID replay,
    UUID topicId,
    Subscription subscription,
    Restoration restoration,
    HandlerCall handlers,
    TransactionOperations<Connection> transactions,
    Brokers brokers,
    ReplayRows rows,
    RestorationRows lost)
    implements ReplayAction {

  private static final String APPENDS =
      "a handler of a Restoration appends a message, and everything it restores was published before: take the append out of the handler";

  @Override
  public Set<UUID> due(List<UUID> messages) {
    return Set.copyOf(messages);
  }

  @Override
  public Done give(List<Delivery> chosen) {
    if (chosen.isEmpty()) {
      return new Done(Map.of(), Set.of());
    }
    return transactions.executeWrite(transaction -> {
      var unreadable = 0L;
      for (var delivery : chosen) {
        try {
          Route<?> route = delivery.route();
          if (route != null) {
            HandledMessage.withoutAppending(
                APPENDS,
                () ->
                    handlers.handle(
                        subscription.consumer(), route, delivery.message(), transaction, replay));
          }
        } catch (UnreadablePayloadException noEffect) {
          // No handler has ever had it: it was a dead letter, and said nothing.
          unreadable++;
        } catch (Exception failure) {
          throw new FailedAtException(delivery.record().offset(), failure);
        }
      }
      noteRows(chosen);
      return new Done(
          Map.of(
              ReplayOutcome.HANDLED,
              chosen.size() - unreadable,
              ReplayOutcome.UNREADABLE,
              unreadable),
          Set.of());
    });
  }

  /** Of the own topic, the outbox of a backup has the rows up to when the backup was made. */
  private void noteRows(List<Delivery> chosen) {
    if (!restoration.isOwnTopic(subscription.topic())) {
      return;
    }
    var withRow = lost.withRow(chosen.stream().map(delivery -> delivery.message().id()).toList());
    var until = new HashMap<Integer, Long>();
    for (var delivery : chosen) {
      if (withRow.contains(delivery.message().id())) {
        until.merge(delivery.record().partition(), delivery.record().offset() + 1, Math::max);
      }
    }
    lost.rowsUntil(subscription.topic(), topicId, until);
  }

  /**
   * A relay that still publishes from the lost database adds decisions behind those that were read.
   */
  @Override
  public Optional<String> unfinished(Replay now) {
    if (!restoration.isOwnTopic(subscription.topic())) {
      return Optional.empty();
    }
    var logs = brokers.logs(subscription.topic());
    var behind = 0L;
    for (var range : now.ranges()) {
      var log = logs.get(range.partition());
      behind += log == null ? 0 : log.end() - range.until();
    }
    return behind == 0
        ? Optional.empty()
        : Optional.of(
            "%d records were published to %s meanwhile: pause the relay's pipeline of the lost database, cancel this replay, and do the step again"
                .formatted(behind, subscription.topic()));
  }

  /**
   * Of the own topic, what was read behind the last row has none: it was lost with the database.
   */
  @Override
  public boolean end(BooleanSupplier change) {
    var isEnded = change.getAsBoolean();
    if (isEnded && restoration.isOwnTopic(subscription.topic())) {
      lost.lost(subscription.topic(), topicId, rows.find(replay).orElseThrow().ranges());
    }
    return isEnded;
  }
}
