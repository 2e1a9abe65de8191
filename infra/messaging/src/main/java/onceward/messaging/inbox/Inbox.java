package onceward.messaging.inbox;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.CurrentTransaction;
import onceward.messaging.MessageStoreException;

/**
 * Remembers which messages each consumer has handled, as far back as retention goes.
 *
 * <p>Claim first, then handle, in one transaction: the claim commits with the effect or not at all.
 * Of several transactions that claim the same message at once, the later ones wait for the first.
 * If the first commits, they see its claim; if it rolls back, one of them gets the claim.
 *
 * <p>The transaction must be READ COMMITTED, PostgreSQL's default. Safe for use by many threads.
 */
@Singleton
@Requires(bean = CurrentTransaction.class)
public final class Inbox {

  private static final int UUID_WITH_TIME = 7;

  // Not "select, then insert": two consumers would both find nothing. Not "insert and catch": a
  // failed statement costs PostgreSQL the whole transaction.
  private static final String CLAIM =
      """
      insert into inbox (consumer, message_id)
      select ?, unnest(?)
      on conflict do nothing
      returning message_id, tableoid = 'inbox_default'::regclass
      """;

  private static final String BELOW_LOW_WATER =
      """
      select claimed from unnest(?) claimed
      where claimed < (select mark from inbox_low_water)
      """;

  private final CurrentTransaction transaction;

  Inbox(CurrentTransaction transaction) {
    this.transaction = transaction;
  }

  /**
   * Claims messages for a consumer in the open transaction, all in one statement.
   *
   * @return those that are this transaction's to handle, and those too old for anyone to handle
   * @throws onceward.messaging.NoTransactionException if the calling thread has no open transaction
   * @throws MessageStoreException if the database refuses
   * @throws IllegalStateException if a message may be too old and the transaction is not READ
   *     COMMITTED, so that it may not see the present low-water mark
   */
  public Claims claim(String consumer, List<UUID> messageIds) {
    var connection = transaction.toWrite("claim messages");
    try {
      return claim(connection, consumer, messageIds);
    } catch (SQLException failed) {
      throw new MessageStoreException(
          "claim " + messageIds.size() + " messages for " + consumer, failed);
    }
  }

  /** As {@link #claim(String, List)}, for one message: whether this transaction may handle it. */
  public boolean claim(String consumer, UUID messageId) {
    return !claim(consumer, List.of(messageId)).granted().isEmpty();
  }

  private static Claims claim(Connection connection, String consumer, List<UUID> messageIds)
      throws SQLException {
    var claimed = new HashSet<UUID>();
    var outsideTheDays = new HashSet<UUID>();
    try (var insert = connection.prepareStatement(CLAIM)) {
      insert.setString(1, consumer);
      insert.setArray(2, connection.createArrayOf("uuid", messageIds.toArray()));
      var rows = insert.executeQuery();
      while (rows.next()) {
        var id = rows.getObject(1, UUID.class);
        claimed.add(id);
        if (rows.getBoolean(2) && id.version() == UUID_WITH_TIME) {
          outsideTheDays.add(id);
        }
      }
    }
    var tooOld = outsideTheDays.isEmpty() ? Set.<UUID>of() : tooOld(connection, outsideTheDays);
    claimed.removeAll(tooOld);
    return new Claims(claimed, tooOld);
  }

  /**
   * Reads the low-water mark, only for messages outside the days that the inbox remembers, and only
   * after the claim. The claim holds a lock that the drop of a day waits for, so the mark does not
   * move any more. A mark that was read earlier may be older than a drop that the claim waited for.
   */
  private static Set<UUID> tooOld(Connection connection, Collection<UUID> ids) throws SQLException {
    requireReadCommitted(connection);
    try (var select = connection.prepareStatement(BELOW_LOW_WATER)) {
      select.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
      var below = new HashSet<UUID>();
      var rows = select.executeQuery();
      while (rows.next()) {
        below.add(rows.getObject(1, UUID.class));
      }
      return below;
    }
  }

  private static void requireReadCommitted(Connection connection) throws SQLException {
    if (connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED) {
      throw new IllegalStateException(
          "messages are claimed in READ COMMITTED transactions only: another isolation level may"
              + " not see that the inbox has forgotten them");
    }
  }
}
