package onceward.relay.publish;

import java.util.List;
import onceward.messaging.Message;
import onceward.relay.position.Position;

/**
 * Publishes batches to Kafka, and writes down how far that was.
 *
 * <p>For one thread, but for {@link #close()}.
 */
public interface Publisher extends AutoCloseable {

  /**
   * Publishes all messages in order, and the position. When it returns, both are on all in-sync
   * replicas. When it throws, any of the messages may be, and the position is not unless all of
   * them are: go on behind the position that is written down, with a new publisher.
   *
   * @param reached how far the messages go; may come with none
   * @throws PublishException if Kafka did not acknowledge all in time
   * @throws MessageRefusedException if it never will
   * @throws FencedException if another publisher has taken over
   * @throws InterruptedException as the first, and the thread was interrupted
   */
  void publish(List<Message> messages, Position reached) throws InterruptedException;

  /** Ends the connections. What was not acknowledged by then never will be. */
  @Override
  void close();
}
