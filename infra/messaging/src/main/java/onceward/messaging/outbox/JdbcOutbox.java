package onceward.messaging.outbox;

import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import onceward.messaging.CurrentTransaction;
import onceward.messaging.HandledMessage;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageStoreException;
import onceward.messaging.NewMessage;

@Singleton
@Requires(bean = CurrentTransaction.class)
final class JdbcOutbox implements Outbox {

  private static final String INSERT =
      """
      insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload,
                          traceparent, causationid, correlationid)
      values (?, ?, ?, ?, ?, ?, ?, ?)
      returning id
      """;

  private final CurrentTransaction transaction;
  private final JsonMapper json;

  JdbcOutbox(CurrentTransaction transaction, JsonMapper json) {
    this.transaction = transaction;
    this.json = json;
  }

  @Override
  public UUID append(NewMessage message) {
    var connection = transaction.connection("append " + message.type() + " to the outbox");
    try {
      return insert(connection, message, HandledMessage.contextForNew());
    } catch (SQLException refused) {
      throw new MessageStoreException(
          "append %s of %s %s to the outbox"
              .formatted(message.type(), message.aggregateType(), message.aggregateId()),
          refused);
    }
  }

  private UUID insert(Connection connection, NewMessage message, MessageContext context)
      throws SQLException {
    try (var insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, message.aggregateType());
      insert.setString(2, message.aggregateId());
      insert.setLong(3, message.aggregateVersion());
      insert.setString(4, message.type());
      insert.setString(5, toJson(message));
      insert.setString(6, context.traceparent());
      insert.setObject(7, context.causationId());
      insert.setObject(8, context.correlationId());
      try (var row = insert.executeQuery()) {
        row.next();
        return row.getObject(1, UUID.class);
      }
    }
  }

  private String toJson(NewMessage message) {
    try {
      return json.writeValueAsString(message.payload());
    } catch (IOException unserializable) {
      throw new IllegalArgumentException(
          "payload of " + message.type() + " cannot be written as JSON", unserializable);
    }
  }
}
