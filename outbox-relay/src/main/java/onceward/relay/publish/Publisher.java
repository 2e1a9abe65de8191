package onceward.relay.publish;

import java.util.List;
import onceward.messaging.Message;
import onceward.relay.position.Position;

/**
 * Publishes batches to Kafka, and writes down how far that was.
 *
 * <p>For one thread at a time, but for {@link #close()}. After any failure go on behind the
 * position that is written down, with a new publisher.
 */
public interface Publisher extends AutoCloseable {

  /**
   * Begins to publish messages, in order and behind those of earlier calls. Waits only for memory.
   * Until {@link Sent#await()} has returned, any of the messages may be in Kafka, or none.
   *
   * @param reached how far the messages go; whether it is written down with them, or only by {@link
   *     #checkpoint}, is up to the publisher. May come with no messages
   * @throws PublishException if Kafka did not take an earlier message in time, or this one
   * @throws MessageRefusedException if it never will
   * @throws FencedException if another publisher has taken over
   * @throws InterruptedException as the first, and the thread was interrupted
   */
  Sent send(List<Message> messages, Position reached) throws InterruptedException;

  /** Messages that are on their way. To be awaited in the order of sending. */
  interface Sent {

    /**
     * Returns when all these messages are on all in-sync replicas. When it throws, any of them may
     * be. Messages that were sent later may be there before. Returns at once when called again.
     *
     * @throws PublishException if Kafka did not acknowledge all in time
     * @throws MessageRefusedException if it never will
     * @throws FencedException if another publisher has taken over
     * @throws InterruptedException as the first, and the thread was interrupted
     */
    void await() throws InterruptedException;
  }

  /** Publishes messages, and returns when they are on all in-sync replicas. */
  default void publish(List<Message> messages, Position reached) throws InterruptedException {
    send(messages, reached).await();
  }

  /**
   * Sees to it that a position whose messages Kafka has acknowledged is written down. When it
   * returns, the position is on all in-sync replicas, and the slot may move there.
   *
   * @param reached as it was given to {@link #send}, and acknowledged
   * @throws PublishException if Kafka did not acknowledge it in time
   * @throws InterruptedException as the first, and the thread was interrupted
   */
  void checkpoint(Position reached) throws InterruptedException;

  /** Ends the connections. What was not acknowledged by then never will be. */
  @Override
  void close();
}
