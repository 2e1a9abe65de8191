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
   * Publishes all messages in order. When it returns, they are on all in-sync replicas. When it
   * throws, any of them may be.
   *
   * @param reached how far the messages go; whether it is written down with them, or only by {@link
   *     #checkpoint}, is up to the publisher. May come with no messages
   * @throws PublishException if Kafka did not acknowledge all in time
   * @throws MessageRefusedException if it never will
   * @throws FencedException if another publisher has taken over
   * @throws InterruptedException as the first, and the thread was interrupted
   */
  void publish(List<Message> messages, Position reached) throws InterruptedException;

  /**
   * Sees to it that the position of what was published last is written down. When it returns, that
   * is on all in-sync replicas, and the slot may move there.
   *
   * @param reached as it was given to {@link #publish}
   * @throws PublishException if Kafka did not acknowledge it in time
   * @throws InterruptedException as the first, and the thread was interrupted
   */
  void checkpoint(Position reached) throws InterruptedException;

  /** Ends the connections. What was not acknowledged by then never will be. */
  @Override
  void close();
}
