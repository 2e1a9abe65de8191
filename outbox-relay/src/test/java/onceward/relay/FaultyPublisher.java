package onceward.relay;

import java.util.List;
import onceward.messaging.Message;
import onceward.relay.position.Position;
import onceward.relay.publish.Publisher;

/** A real publisher, to do something else where it sends, or where Kafka has acknowledged. */
class FaultyPublisher implements Publisher {

  private final Publisher real;

  FaultyPublisher(Publisher real) {
    this.real = real;
  }

  @Override
  public final Sent send(List<Message> messages, Position reached) throws InterruptedException {
    var sent = real.send(sending(messages), reached);
    return () -> {
      sent.await();
      acknowledged(messages);
    };
  }

  /** Gives what to send instead of these messages. */
  List<Message> sending(List<Message> messages) {
    return messages;
  }

  /** Kafka has acknowledged these messages. */
  void acknowledged(List<Message> messages) throws InterruptedException {}

  @Override
  public void checkpoint(Position reached) throws InterruptedException {
    real.checkpoint(reached);
  }

  @Override
  public void close() {
    real.close();
  }
}
