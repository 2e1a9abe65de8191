package onceward.messaging.inbox;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.UUID;
import onceward.messaging.CurrentTransaction;
import onceward.messaging.MessageStoreException;

/**
 * The messages each consumer has handled.
 *
 * <p>Claim first, then handle, in one transaction: the claim commits with the effect or not at all.
 * Of several transactions that claim the same message at once, the later ones wait for the first,
 * and then see its claim or, if it rolled back, get theirs.
 *
 * <p>Safe for use by many threads.
 */
@Singleton
@Requires(bean = CurrentTransaction.class)
public final class Inbox {

  // Not "select, then insert": two consumers would both find nothing. Not "insert and catch": a
  // failed
  // statement costs PostgreSQL the whole transaction.
  private static final String CLAIM =
      """
      insert into inbox (consumer, message_id)
      values (?, ?)
      on conflict do nothing
      """;

  private final CurrentTransaction transaction;

  Inbox(CurrentTransaction transaction) {
    this.transaction = transaction;
  }

  /**
   * Claims a message for a consumer in the open transaction.
   *
   * @return true if it is this transaction's to handle, false if its effect is already there
   * @throws onceward.messaging.NoTransactionException if the calling thread has no open transaction
   * @throws MessageStoreException if the database refuses
   */
  public boolean claim(String consumer, UUID messageId) {
    var connection = transaction.connection("claim a message");
    try (var insert = connection.prepareStatement(CLAIM)) {
      insert.setString(1, consumer);
      insert.setObject(2, messageId);
      return insert.executeUpdate() == 1;
    } catch (SQLException failed) {
      throw new MessageStoreException("claim message " + messageId + " for " + consumer, failed);
    }
  }
}
