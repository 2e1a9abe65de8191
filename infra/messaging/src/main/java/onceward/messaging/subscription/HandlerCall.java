package onceward.messaging.subscription;

import static java.util.Objects.requireNonNull;

import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.TransactionStatus;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.Connection;
import onceward.messaging.Message;
import onceward.messaging.Tracing;
import onceward.messaging.subscription.Subscription.Route;

/** Gives a message to its handler, in the open transaction. */
@Singleton
@Requires(bean = TransactionOperations.class)
final class HandlerCall {

  private final JsonMapper json;
  private final Tracing tracing;

  HandlerCall(JsonMapper json, Tracing tracing) {
    this.json = json;
    this.tracing = tracing;
  }

  <P> void handle(
      String consumer, Route<P> route, Message message, TransactionStatus<Connection> transaction)
      throws Exception {
    var payload = read(route, message);
    tracing.handling(consumer, message, () -> route.handler().handle(payload, message));
    if (transaction.isRollbackOnly()) {
      // It would roll back without a word, and the messages would count as handled.
      throw new IllegalStateException(
          "the handler of " + message + " marked the transaction to roll back; throw instead");
    }
  }

  private <P> P read(Route<P> route, Message message) {
    try {
      return requireNonNull(json.readValue(message.payload(), route.payload()));
    } catch (IOException | RuntimeException unreadable) {
      // The cause may quote the payload.
      throw new UnreadablePayloadException(message, route.payload());
    }
  }
}
