package onceward.relay;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import onceward.messaging.Message;
import onceward.messaging.testkit.TestMessages;
import onceward.relay.killed.Lie;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.publish.Publisher;

/** Parts with a publisher that does not do what it says. */
final class LyingParts extends FaultyParts {

  private final Lie lie;

  LyingParts(PipelineParts real, Lie lie) {
    super(real);
    this.lie = lie;
  }

  /** Else the slot is told of nothing that has not come by then. */
  @Override
  public Duration checkpointInterval() {
    return lie == Lie.LATE ? Duration.ZERO : super.checkpointInterval();
  }

  @Override
  public Publisher publisher() {
    return lie == Lie.NONE ? super.publisher() : new LyingPublisher(super.publisher(), lie);
  }

  private static final class LyingPublisher extends FaultyPublisher {

    private final Lie lie;
    private final Queue<List<Message>> heldBack = new ArrayDeque<>();

    LyingPublisher(Publisher real, Lie lie) {
      super(real);
      this.lie = lie;
    }

    @Override
    List<Message> sending(List<Message> messages) {
      return switch (lie) {
        case NONE -> messages;
        case LATE -> late(messages);
        case NEW_IDS -> messages.stream().map(LyingPublisher::withNewId).toList();
        case BACKWARDS -> messages.reversed();
      };
    }

    /** A batch without messages is of the canary, and tells nothing. */
    private List<Message> late(List<Message> messages) {
      if (!messages.isEmpty()) {
        heldBack.add(messages);
      }
      return heldBack.size() > Lie.LATE_BATCHES ? heldBack.remove() : List.of();
    }

    private static Message withNewId(Message message) {
      return new Message(
          TestMessages.newId(),
          message.aggregateType(),
          message.aggregateId(),
          message.aggregateVersion(),
          message.type(),
          message.payload(),
          message.context());
    }
  }
}
