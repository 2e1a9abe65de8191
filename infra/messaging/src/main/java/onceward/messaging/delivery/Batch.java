package onceward.messaging.delivery;

import static java.util.stream.Collectors.toSet;

import io.micronaut.transaction.TransactionStatus;
import java.sql.Connection;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.deadletter.ConsumedKeyRows;
import onceward.messaging.deadletter.ParkedMessageRows;
import onceward.messaging.delivery.HandleOnce.Delivery;
import onceward.messaging.handling.HandlerCall;
import onceward.messaging.handling.RefusedException;
import onceward.messaging.inbox.Claims;
import onceward.messaging.key.ConsumedKey;
import onceward.messaging.key.KeyDecision.Drop;
import onceward.messaging.key.KeyDecision.Handle;
import onceward.messaging.key.KeyDecision.Park;
import onceward.messaging.key.KeyDecision.Refusal;
import onceward.messaging.key.KeyDecision.Refuse;
import onceward.messaging.key.KeyState.Flowing;
import onceward.messaging.subscription.Subscription;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out, in one transaction, what is decided for messages that have been claimed. */
final class Batch {

  private static final Logger log = LoggerFactory.getLogger(Batch.class);

  private static final Refuse TOO_OLD_AND_WAITS =
      new Refuse(Refusal.TOO_OLD, ConsumedKey.TOO_OLD_AND_WAITS);

  private final Subscription subscription;
  private final ConsumedKeyRows rows;
  private final ParkedMessageRows parked;
  private final HandlerCall handlers;
  private final TransactionStatus<Connection> transaction;
  private final @Nullable UUID replay;
  private final Map<String, ConsumedKey> keys = new HashMap<>();
  private final Tally tally = new Tally();

  Batch(
      Subscription subscription,
      ConsumedKeyRows rows,
      ParkedMessageRows parked,
      HandlerCall handlers,
      TransactionStatus<Connection> transaction,
      @Nullable UUID replay) {
    this.subscription = subscription;
    this.rows = rows;
    this.parked = parked;
    this.handlers = handlers;
    this.transaction = transaction;
    this.replay = replay;
  }

  Tally handle(List<Delivery> deliveries, Claims claims) {
    var due = new HashSet<>(claims.granted());
    due.addAll(claims.tooOld());
    readKeys(deliveries, due);
    for (var delivery : deliveries) {
      var key = keys.get(delivery.message().aggregateId());
      if (key == null || !due.remove(delivery.message().id())) {
        tally.add(Outcome.DUPLICATE);
      } else {
        deliverOrFail(delivery, key, claims.tooOld());
      }
    }
    rows.advance(subscription, keys.values());
    return tally;
  }

  /**
   * Handles a message once more, unless its key waits.
   *
   * @param tooOld whether this transaction has claimed the message, which nobody may keep without
   *     the effect
   */
  Tally again(Delivery delivery, boolean tooOld) {
    var name = delivery.message().aggregateId();
    keys.putAll(rows.read(subscription, Set.of(name)));
    var key = keys.get(name);
    try {
      var flows = key != null && key.state() instanceof Flowing;
      if (!flows && tooOld) {
        throw new RefusedException(TOO_OLD_AND_WAITS);
      }
      tally.add(flows && key != null ? handle(delivery, key) : Outcome.PARKED);
    } catch (Throwable failure) {
      throw new FailedAtException(delivery.record().offset(), failure);
    }
    return tally;
  }

  /** A batch of nothing but duplicates asks the database nothing more. */
  private void readKeys(List<Delivery> deliveries, Collection<UUID> due) {
    var names =
        deliveries.stream()
            .map(Delivery::message)
            .filter(message -> due.contains(message.id()))
            .map(Message::aggregateId)
            .collect(toSet());
    if (!names.isEmpty()) {
      keys.putAll(rows.read(subscription, names));
    }
  }

  private void deliverOrFail(Delivery delivery, ConsumedKey key, Set<UUID> tooOld) {
    try {
      tally.add(deliver(delivery, key, tooOld));
    } catch (Throwable failure) {
      throw new FailedAtException(delivery.record().offset(), failure);
    }
  }

  private Outcome deliver(Delivery delivery, ConsumedKey key, Set<UUID> tooOld) throws Exception {
    var message = delivery.message();
    var isTooOld = tooOld.contains(message.id());
    return switch (key.onArrival(message.aggregateVersion(), isTooOld)) {
      case Drop _ -> {
        // Of an older one the inbox has forgotten whether it had its effect; this one had none.
        if (!isTooOld && replay == null) {
          log.warn(
              "{} drops {}, which has no effect: its version {} is not newer than version {}, which was handled or given up. The version was given twice, or the message comes out of order",
              subscription,
              message,
              message.aggregateVersion(),
              key.last().version());
        }
        yield Outcome.OLD;
      }
      // Whoever releases a parked message asks no inbox: it would have its effect twice.
      case Park _ when replay != null && isTooOld -> throw new RefusedException(TOO_OLD_AND_WAITS);
      case Park _ -> {
        parked.park(subscription.consumer(), delivery.record());
        yield Outcome.PARKED;
      }
      case Refuse refuse -> throw new RefusedException(refuse);
      case Handle _ -> handle(delivery, key);
    };
  }

  private Outcome handle(Delivery delivery, ConsumedKey key) throws Exception {
    var route = delivery.route();
    if (route != null) {
      handlers.handle(subscription.consumer(), route, delivery.message(), transaction, replay);
    }
    keys.put(key.name(), key.handled(delivery.message().aggregateVersion()));
    if (!(key.state() instanceof Flowing)) {
      tally.unblocked(key.name());
    }
    return route == null ? Outcome.SKIPPED : Outcome.HANDLED;
  }
}
