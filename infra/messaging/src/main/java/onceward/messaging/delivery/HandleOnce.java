package onceward.messaging.delivery;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.deadletter.ConsumedKeyRows;
import onceward.messaging.deadletter.ParkedMessageRows;
import onceward.messaging.handling.HandlerCall;
import onceward.messaging.inbox.Inbox;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.Subscription.Route;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The guarantee: claim and effect in one transaction, claim first. However often a message is
 * delivered, and wherever the process dies, the effect of the message is there once or not yet.
 */
@Singleton
@Requires(beans = {Inbox.class, TransactionOperations.class})
public final class HandleOnce {

  private final TransactionOperations<Connection> transactions;
  private final Inbox inbox;
  private final ConsumedKeyRows keys;
  private final ParkedMessageRows parked;
  private final HandlerCall handlers;

  HandleOnce(
      TransactionOperations<Connection> transactions,
      Inbox inbox,
      ConsumedKeyRows keys,
      ParkedMessageRows parked,
      HandlerCall handlers) {
    this.transactions = transactions;
    this.inbox = inbox;
    this.keys = keys;
    this.parked = parked;
    this.handlers = handlers;
  }

  /**
   * A record that is delivered.
   *
   * @param message the message in the record
   * @param route how the message is handled; null if only its version counts
   */
  public record Delivery(
      ConsumerRecord<byte[], byte[]> record, Message message, @Nullable Route<?> route) {}

  /**
   * Handles the messages, in their order and in one transaction, except those that the consumer
   * already has and those that wait behind a dead letter. If one message fails, no message has been
   * handled.
   *
   * @throws FailedAtException if a message failed
   */
  Tally handle(Subscription subscription, List<Delivery> deliveries) {
    return handle(subscription, deliveries, null);
  }

  /**
   * As {@link #handle(Subscription, List)}, as part of a replay; in the open transaction, if there
   * is one.
   *
   * @throws FailedAtException if a message failed
   */
  public Tally replay(Subscription subscription, List<Delivery> deliveries, UUID replay) {
    return handle(subscription, deliveries, replay);
  }

  /**
   * Handles a message as part of a replay, also if the consumer has handled it before. Leaves it
   * alone if its key waits behind a dead letter.
   *
   * @throws FailedAtException if the message failed
   */
  public Tally again(Subscription subscription, Delivery delivery, UUID replay) {
    return transactions.executeWrite(transaction -> {
      var claims = inbox.claim(subscription.consumer(), List.of(delivery.message().id()));
      var batch = new Batch(subscription, keys, parked, handlers, transaction, replay);
      return claims.granted().isEmpty()
          ? batch.again(delivery, !claims.tooOld().isEmpty())
          : batch.handle(List.of(delivery), claims);
    });
  }

  private Tally handle(
      Subscription subscription, List<Delivery> deliveries, @Nullable UUID replay) {
    return transactions.executeWrite(transaction -> {
      var ids = deliveries.stream().map(delivery -> delivery.message().id()).toList();
      var claims = inbox.claim(subscription.consumer(), ids);
      return new Batch(subscription, keys, parked, handlers, transaction, replay)
          .handle(deliveries, claims);
    });
  }
}
