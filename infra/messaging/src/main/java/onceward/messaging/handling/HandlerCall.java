package onceward.messaging.handling;

import static java.util.Objects.requireNonNull;

import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.TransactionStatus;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.Connection;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.Tracing;
import onceward.messaging.subscription.Subscription.Route;
import org.jspecify.annotations.Nullable;

/** Gives a message to its handler, in the open transaction. Safe for use by many threads. */
@Singleton
@Requires(bean = TransactionOperations.class)
public final class HandlerCall {

  private final JsonMapper json;
  private final Tracing tracing;

  HandlerCall(JsonMapper json, Tracing tracing) {
    this.json = json;
    this.tracing = tracing;
  }

  /**
   * Reads the payload and calls the handler.
   *
   * @param replay the replay that the call is part of; null if the message was delivered
   * @throws UnreadablePayloadException if the payload is not what the handler takes
   * @throws IllegalStateException if the handler has marked the transaction to roll back
   * @throws Exception if the handler fails, as it fails
   */
  public <P> void handle(
      String consumer,
      Route<P> route,
      Message message,
      TransactionStatus<Connection> transaction,
      @Nullable UUID replay)
      throws Exception {
    var payload = read(route.payload(), message);
    tracing.handling(consumer, message, replay, () -> route.handler().handle(payload, message));
    if (transaction.isRollbackOnly()) {
      // The transaction would roll back without a word, and the messages would count as handled.
      throw new IllegalStateException(
          "the handler of " + message + " marked the transaction to roll back; throw instead");
    }
  }

  /**
   * Reads the payload of a message.
   *
   * @throws UnreadablePayloadException if the payload is not of that class
   */
  public <P> P read(Class<P> type, Message message) {
    try {
      return requireNonNull(json.readValue(message.payload(), type));
    } catch (IOException | RuntimeException unreadable) {
      // The cause may quote the payload.
      throw new UnreadablePayloadException(message, type);
    }
  }
}
