package onceward.messaging.subscription;

import static java.util.Objects.requireNonNull;

import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.TransactionStatus;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
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

  /** A message and what handles it. */
  record Addressed<P>(Message message, Route<P> route) {}

  /**
   * Handles the messages, in their order and in one transaction, except those that the consumer
   * already has. If one of them fails, none of them has been handled.
   *
   * @return those that had their effect in this call
   */
  Set<UUID> handle(String consumer, List<Addressed<?>> messages) {
    return transactions.executeWrite(transaction -> {
      var ids = messages.stream().map(addressed -> addressed.message().id()).toList();
      var claimed = inbox.claim(consumer, ids);
      var due = new HashSet<>(claimed);
      for (var addressed : messages) {
        if (due.remove(addressed.message().id())) {
          handle(addressed, transaction);
        }
      }
      return claimed;
    });
  }

  private <P> void handle(Addressed<P> addressed, TransactionStatus<Connection> transaction)
      throws Exception {
    var message = addressed.message();
    var route = addressed.route();
    var payload = requireNonNull(json.readValue(message.payload(), route.payload()));
    HandledMessage.during(message, () -> route.handler().handle(payload, message));
    if (transaction.isRollbackOnly()) {
      // It would roll back without a word, and the messages would count as handled.
      throw new IllegalStateException(
          "the handler of " + message + " marked the transaction to roll back; throw instead");
    }
  }
}
