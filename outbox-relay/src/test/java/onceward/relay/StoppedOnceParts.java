package onceward.relay;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import onceward.messaging.Message;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.publish.Publisher;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StoppedException;

/** The first message that is published stops the pipeline; later ones are published. */
class StoppedOnceParts extends FaultyParts {

  private final Stop stop;
  private final AtomicBoolean hasStopped = new AtomicBoolean();

  StoppedOnceParts(PipelineParts real, Stop stop) {
    super(real);
    this.stop = stop;
  }

  @Override
  public Publisher publisher() {
    return new FaultyPublisher(super.publisher()) {
      @Override
      List<Message> sending(List<Message> messages) {
        if (!messages.isEmpty() && hasStopped.compareAndSet(false, true)) {
          throw new StoppedException(stop);
        }
        return messages;
      }
    };
  }
}
