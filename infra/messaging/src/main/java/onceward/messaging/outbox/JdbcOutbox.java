package onceward.messaging.outbox;

import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import onceward.messaging.CurrentTransaction;
import onceward.messaging.HandledMessage;
import onceward.messaging.InvalidMessageException;
import onceward.messaging.MessageLimits;
import onceward.messaging.MessageStoreException;
import onceward.messaging.NewMessage;

@Singleton
@Requires(bean = CurrentTransaction.class)
final class JdbcOutbox implements Outbox {

  private final CurrentTransaction transaction;
  private final JsonMapper json;
  private final Appended appended;

  JdbcOutbox(CurrentTransaction transaction, JsonMapper json, Appended appended) {
    this.transaction = transaction;
    this.json = json;
    this.appended = appended;
  }

  @Override
  public UUID append(NewMessage message) {
    var connection = transaction.toWrite("append " + message.type() + " to the outbox");
    var written = Written.of(message, json);
    try {
      var id = OutboxRows.insert(connection, written, HandledMessage.contextForNew());
      appended.count(transaction, message.aggregateType(), 1);
      return id;
    } catch (SQLException refused) {
      throw new MessageStoreException(
          "append %s of %s %s to the outbox"
              .formatted(message.type(), message.aggregateType(), message.aggregateId()),
          refused);
    }
  }

  @Override
  public List<UUID> appendAll(List<NewMessage> messages) {
    var attempted = "append " + messages.size() + " messages to the outbox";
    var connection = transaction.toWrite(attempted);
    var written = written(messages);
    return written.isEmpty() ? List.of() : appendAll(written, connection, attempted);
  }

  private List<UUID> appendAll(List<Written> written, Connection connection, String attempted) {
    try {
      var ids = OutboxRows.insertAll(connection, written, HandledMessage.contextForNew());
      written.stream()
          .collect(
              Collectors.groupingBy(one -> one.message().aggregateType(), Collectors.counting()))
          .forEach((type, count) -> appended.count(transaction, type, count.intValue()));
      return ids;
    } catch (SQLException refused) {
      throw new MessageStoreException(attempted, refused);
    }
  }

  // Stops at the first byte too many: the rest may not fit into memory.
  private List<Written> written(List<NewMessage> messages) {
    if (messages.size() > MessageLimits.APPENDED_AT_ONCE_MAX) {
      throw new InvalidMessageException(
          "%d messages are to be appended at once; at most %d are allowed: append them in several calls"
              .formatted(messages.size(), MessageLimits.APPENDED_AT_ONCE_MAX));
    }
    var all = new ArrayList<Written>(messages.size());
    var bytes = 0L;
    for (var message : messages) {
      var one = Written.of(message, json);
      all.add(one);
      bytes += one.bytes();
      if (bytes > MessageLimits.APPENDED_AT_ONCE_BYTES_MAX) {
        throw tooLarge(all.size(), messages.size(), bytes);
      }
    }
    return all;
  }

  private static InvalidMessageException tooLarge(int first, int of, long bytes) {
    return new InvalidMessageException(
        "payloads of the first %d of %d messages are %d bytes; at most %d may be appended at once: append them in several calls"
            .formatted(first, of, bytes, MessageLimits.APPENDED_AT_ONCE_BYTES_MAX));
  }
}
