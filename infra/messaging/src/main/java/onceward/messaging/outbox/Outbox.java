package onceward.messaging.outbox;

import java.util.UUID;
import onceward.messaging.NewMessage;
import onceward.messaging.NoTransactionException;

/**
 * Where a service leaves messages for the relay to publish.
 *
 * <p>The message is appended in the caller's transaction: it is published if that transaction
 * commits, and never if it rolls back. Publishing follows the commit, asynchronously; nothing here
 * waits for Kafka. While a message is being handled, what is appended names that message as its
 * cause.
 *
 * <p>Safe for use by many threads.
 */
public interface Outbox {

  /**
   * Appends a message to the open transaction.
   *
   * @return the id the database gave it
   * @throws NoTransactionException if the calling thread has no open transaction
   * @throws onceward.messaging.MessageStoreException if the database refuses the row: too large,
   *     not a JSON object, or a name it does not allow. The transaction is then lost, as after any
   *     failed statement
   */
  UUID append(NewMessage message);
}
