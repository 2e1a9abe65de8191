package onceward.messaging.inbox;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import onceward.messaging.CurrentTransaction;
import onceward.messaging.Message;
import onceward.messaging.MessageStoreException;

/**
 * Keeps an effect right after the inbox has forgotten its message: a consumer goes forward only in
 * the versions of an aggregate. For handlers of subscriptions that do not check versions, whose
 * effect has no version or unique key of its own to compare with:
 *
 * <pre>{@code
 * if (versions.advance("billing", message)) {
 *   invoices.send(order);
 * }
 * }</pre>
 *
 * <p>Does not notice a gap; {@code Versions.GAPLESS} does. Costs one statement, and a row for each
 * aggregate. Safe for use by many threads.
 */
@Singleton
@Requires(bean = CurrentTransaction.class)
public final class VersionGuard {

  private static final String ADVANCE =
      """
      insert into consumed_key (consumer, topic, key, version) values (?, ?, ?, ?)
      on conflict (consumer, topic, messaging_key_digest(key)) do update set version = excluded.version
      where consumed_key.version is null or consumed_key.version < excluded.version
      """;

  private final CurrentTransaction transaction;

  VersionGuard(CurrentTransaction transaction) {
    this.transaction = transaction;
  }

  /**
   * Notes in the open transaction that the consumer handles this version of the aggregate.
   *
   * @return whether it is newer than all the consumer has come to before; if not, its effect is
   *     there, or that of a later one
   * @throws onceward.messaging.NoTransactionException if the calling thread has no open transaction
   */
  public boolean advance(String consumer, Message message) {
    var connection = transaction.toWrite("note the version of " + message);
    try (var insert = connection.prepareStatement(ADVANCE)) {
      insert.setString(1, consumer);
      insert.setString(2, message.topic());
      insert.setString(3, message.aggregateId());
      insert.setLong(4, message.aggregateVersion());
      return insert.executeUpdate() == 1;
    } catch (SQLException refused) {
      throw new MessageStoreException("note the version of " + message, refused);
    }
  }
}
