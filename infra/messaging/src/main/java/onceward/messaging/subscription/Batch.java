package onceward.messaging.subscription;

import static java.util.stream.Collectors.toSet;

import io.micronaut.transaction.TransactionStatus;
import java.sql.Connection;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.deadletter.ParkedMessages;
import onceward.messaging.deadletter.Reason;
import onceward.messaging.inbox.Claims;
import onceward.messaging.subscription.ConsumedKey.Place;
import onceward.messaging.subscription.Deliveries.Outcome;
import onceward.messaging.subscription.HandleOnce.Delivery;

/** What happens to messages that are handled in one transaction, once they have been claimed. */
final class Batch {

  private final Subscription subscription;
  private final ConsumedKeys consumedKeys;
  private final ParkedMessages parked;
  private final HandlerCall handlers;
  private final TransactionStatus<Connection> transaction;
  private final Tally tally = new Tally();

  Batch(
      Subscription subscription,
      ConsumedKeys consumedKeys,
      ParkedMessages parked,
      HandlerCall handlers,
      TransactionStatus<Connection> transaction) {
    this.subscription = subscription;
    this.consumedKeys = consumedKeys;
    this.parked = parked;
    this.handlers = handlers;
    this.transaction = transaction;
  }

  Tally handle(List<Delivery> deliveries, Claims claims) {
    var due = new HashSet<>(claims.granted());
    due.addAll(claims.tooOld());
    var keys = keysOf(deliveries, due);
    for (var delivery : deliveries) {
      var key = keys.get(delivery.message().aggregateId());
      if (key == null || !due.remove(delivery.message().id())) {
        tally.add(Outcome.DUPLICATE);
      } else {
        deliverOrFail(delivery, key, claims.tooOld());
      }
    }
    consumedKeys.advance(subscription, keys.values());
    return tally;
  }

  /** Of nothing but duplicates there is nothing to ask. */
  private Map<String, ConsumedKey> keysOf(List<Delivery> deliveries, Collection<UUID> due) {
    var keys =
        deliveries.stream()
            .map(Delivery::message)
            .filter(message -> due.contains(message.id()))
            .map(Message::aggregateId)
            .collect(toSet());
    return keys.isEmpty() ? Map.of() : consumedKeys.read(subscription, keys);
  }

  private void deliverOrFail(Delivery delivery, ConsumedKey key, Set<UUID> tooOld) {
    try {
      tally.add(deliver(delivery, key, tooOld));
    } catch (Throwable failure) {
      throw new FailedAtException(delivery.record().offset(), failure);
    }
  }

  private Outcome deliver(Delivery delivery, ConsumedKey key, Set<UUID> tooOld) throws Exception {
    var version = delivery.message().aggregateVersion();
    var place = key.place(version);
    if (place == Place.OLD) {
      return Outcome.OLD;
    }
    if (key.isParked() && !key.waitsFor(version)) {
      parked.park(subscription.consumer(), delivery.record());
      return Outcome.PARKED;
    }
    if (tooOld.contains(delivery.message().id())) {
      throw new RefusedException(Reason.OLDER_THAN_INBOX, "older than the inbox remembers");
    }
    if (place == Place.AHEAD) {
      throw new RefusedException(Reason.VERSION_GAP, key.describeGapBefore(version));
    }
    return handle(delivery, key);
  }

  private Outcome handle(Delivery delivery, ConsumedKey key) throws Exception {
    var route = delivery.route();
    if (route != null) {
      handlers.handle(subscription.consumer(), route, delivery.message(), transaction);
    }
    key.handled(delivery.message().aggregateVersion());
    if (key.isParked()) {
      tally.unblocked(key.key());
    }
    return route == null ? Outcome.SKIPPED : Outcome.HANDLED;
  }
}
