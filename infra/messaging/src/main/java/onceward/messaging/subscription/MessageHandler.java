package onceward.messaging.subscription;

import onceward.messaging.Message;

/**
 * Handles one type of message for a consumer.
 *
 * <p>The library calls the handler inside a transaction that has already claimed the message. When
 * the handler returns, effect and claim commit together. When it throws, both roll back, and the
 * message comes again before any later message of its partition. So the effect must lie in this
 * transaction: in the consumer's own tables and in its outbox. Anything else, such as a call to
 * another system or a mail, may happen more than once.
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
