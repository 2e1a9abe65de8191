package onceward.messaging.outbox;

import java.util.List;
import java.util.UUID;
import onceward.messaging.NewMessage;
import onceward.messaging.NoTransactionException;

/**
 * Takes the messages of a service, for the relay to publish.
 *
 * <p>A message is appended in the caller's transaction. The relay publishes the message if that
 * transaction commits, and never if it rolls back. Publishing follows the commit; an append does
 * not wait for Kafka. A message that a handler appends names the message in hand as its cause, and
 * carries the trace of the current span, or else of the message in hand.
 *
 * <p>A message that {@link onceward.messaging.MessageLimits} forbids is refused before the database
 * is asked, so that the caller may catch the exception and go on in the same transaction.
 *
 * <p>{@code messaging.appended} counts by topic the messages that were appended and committed.
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
   * @throws IllegalStateException if a handler of a {@code Restoration} appends: what it restores
   *     was published before
   * @throws onceward.messaging.InvalidMessageException if the payload is no JSON object, too large
   *     or cannot be stored as text; the transaction goes on
   * @throws onceward.messaging.MessageStoreException if the database refuses the row all the same.
   *     The transaction is then lost, as after any failed statement
   */
  UUID append(NewMessage message);

  /**
   * Appends several messages with one statement, all or none; otherwise as {@link #append}.
   * Messages of one aggregate keep their order in the topic.
   *
   * @param messages at most {@link onceward.messaging.MessageLimits#APPENDED_AT_ONCE_MAX}, with at
   *     most {@link onceward.messaging.MessageLimits#APPENDED_AT_ONCE_BYTES_MAX} bytes of payloads;
   *     none is allowed, and then nothing is done
   * @return the ids the database gave them, in the order of the messages
   */
  List<UUID> appendAll(List<NewMessage> messages);
}
