package onceward.messaging.subscription;

import static java.util.Objects.requireNonNull;

import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import onceward.messaging.HandledMessage;
import onceward.messaging.Message;
import onceward.messaging.inbox.Inbox;
import onceward.messaging.subscription.Subscription.Route;

/**
 * The guarantee: claim and effect in one transaction, claim first. However often a message is
 * delivered, and wherever the process dies, its effect is there once or not yet.
 */
@Singleton
@Requires(beans = {Inbox.class, TransactionOperations.class})
final class HandleOnce {

  private final TransactionOperations<Connection> transactions;
  private final Inbox inbox;
  private final JsonMapper json;

  HandleOnce(TransactionOperations<Connection> transactions, Inbox inbox, JsonMapper json) {
    this.transactions = transactions;
    this.inbox = inbox;
    this.json = json;
  }

  /**
   * Handles the message unless the consumer already has.
   *
   * @return whether this call had the effect
   */
  <P> boolean handle(String consumer, Route<P> route, Message message) {
    return transactions.executeWrite(transaction -> {
      if (!inbox.claim(consumer, message.id())) {
        return false;
      }
      var payload = requireNonNull(json.readValue(message.payload(), route.payload()));
      HandledMessage.during(message, () -> route.handler().handle(payload, message));
      if (transaction.isRollbackOnly()) {
        // It would roll back without a word, and the message would count as handled.
        throw new IllegalStateException(
            "the handler of " + message + " marked the transaction to roll back; throw instead");
      }
      return true;
    });
  }
}
