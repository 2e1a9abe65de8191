package onceward.messaging.inbox;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
  // failed statement costs PostgreSQL the whole transaction.
  private static final String CLAIM =
      """
      insert into inbox (consumer, message_id)
      select ?, unnest(?)
      on conflict do nothing
      returning message_id
      """;

  private final CurrentTransaction transaction;

  Inbox(CurrentTransaction transaction) {
    this.transaction = transaction;
  }

  /**
   * Claims messages for a consumer in the open transaction, all in one statement.
   *
   * @return those that are this transaction's to handle; the effect of the others is already there
   * @throws onceward.messaging.NoTransactionException if the calling thread has no open transaction
   * @throws MessageStoreException if the database refuses
   */
  public Set<UUID> claim(String consumer, List<UUID> messageIds) {
    var connection = transaction.connection("claim messages");
    try (var insert = connection.prepareStatement(CLAIM)) {
      insert.setString(1, consumer);
      insert.setArray(2, connection.createArrayOf("uuid", messageIds.toArray()));
      var claimed = new HashSet<UUID>();
      var rows = insert.executeQuery();
      while (rows.next()) {
        claimed.add(rows.getObject(1, UUID.class));
      }
      return claimed;
    } catch (SQLException failed) {
      throw new MessageStoreException(
          "claim " + messageIds.size() + " messages for " + consumer, failed);
    }
  }

  /**
   * As {@link #claim(String, List)}, for one message: whether it is this transaction's to handle.
   */
  public boolean claim(String consumer, UUID messageId) {
    return !claim(consumer, List.of(messageId)).isEmpty();
  }
}
