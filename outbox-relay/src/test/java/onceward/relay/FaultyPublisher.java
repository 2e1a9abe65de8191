package onceward.relay;

import java.util.List;
import onceward.messaging.Message;
import onceward.relay.position.Position;
import onceward.relay.publish.Publisher;

/** A real publisher, to do something else where it publishes. */
class FaultyPublisher implements Publisher {

  private final Publisher real;

  FaultyPublisher(Publisher real) {
    this.real = real;
  }

  @Override
  public void publish(List<Message> messages, Position reached) throws InterruptedException {
    real.publish(messages, reached);
  }

  @Override
  public void checkpoint(Position reached) throws InterruptedException {
    real.checkpoint(reached);
  }

  @Override
  public void close() {
    real.close();
  }
}
