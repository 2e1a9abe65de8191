package onceward.messaging.subscription;

import onceward.messaging.Message;

/**
 * What a consumer does with one type of message.
 *
 * <p>Called inside a transaction that has already claimed the message. Return, and effect and claim
 * commit together; throw, and both roll back and the message comes again, before any later one of
 * its partition. So the effect must live in this transaction: the consumer's own tables and what it
 * appends to its outbox. Anything else (a call to another system, a mail) may happen more than
 * once.
 *
 * @param <P> the consumer's own view of the payload: a record of the fields it needs
 */
@FunctionalInterface
public interface MessageHandler<P> {

  /**
   * Handles one message.
   *
   * @throws Exception when it cannot be handled now
   */
  void handle(P payload, Message message) throws Exception;
}
