package onceward.messaging.outbox;

import java.util.List;
import java.util.UUID;
import onceward.messaging.NewMessage;
import onceward.messaging.NoTransactionException;

/**
 * Where a service leaves messages for the relay to publish.
 *
 * <p>The message is appended in the caller's transaction: it is published if that transaction
 * commits, and never if it rolls back. Publishing follows the commit, asynchronously; nothing here
 * waits for Kafka. While a message is being handled, what is appended names that message as its
 * cause; and it carries the trace of the current span, or else of that message.
 *
 * <p>Whatever {@link onceward.messaging.MessageLimits} forbids is refused before the database is
 * asked, so that the caller may catch it and go on in the same transaction.
 *
 * <p>What was appended and committed is counted by topic in {@code messaging.appended}.
 *
 * <p>Safe for use by many threads.
 */
public interface Outbox {

  /**
   * Appends a message to the open transaction.
   *
   * @return the id the database gave it
   * @throws NoTransactionException if the calling thread has no open transaction
   * @throws onceward.messaging.ReadOnlyTransactionException if that transaction only reads
   * @throws onceward.messaging.InvalidMessageException if the payload is no JSON object, too large
   *     or cannot be stored as text; the transaction goes on
   * @throws onceward.messaging.MessageStoreException if the database refuses the row all the same.
   *     The transaction is then lost, as after any failed statement
   */
  UUID append(NewMessage message);

  /**
   * Appends several messages with one statement; otherwise as {@link #append}. All or none are
   * appended. Their order here is their order in the topic, for those of one aggregate.
   *
   * @param messages at most {@link onceward.messaging.MessageLimits#APPENDED_AT_ONCE_MAX}, with at
   *     most {@link onceward.messaging.MessageLimits#APPENDED_AT_ONCE_BYTES_MAX} bytes of payloads;
   *     none is allowed, and then nothing is done
   * @return the ids the database gave them, in the order of the messages
   */
  List<UUID> appendAll(List<NewMessage> messages);
}
