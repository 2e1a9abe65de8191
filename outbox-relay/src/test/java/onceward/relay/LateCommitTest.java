package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.relay.capture.Capture;
import onceward.relay.operations.PipelineMetrics;
import onceward.relay.pipeline.Pipeline;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.position.Position;
import onceward.relay.publish.Delivery;
import onceward.relay.publish.Publisher;
import org.junit.jupiter.api.Test;

/**
 * A transaction that began before the slot's place and committed after it is published after a
 * restart, and the position that is written down with it is not taken for a slot that is ahead.
 */
class LateCommitTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  void a_transaction_from_before_the_slots_place_does_not_take_the_position_back()
      throws Exception {
    try (var database = OutboxDatabase.create();
        var topic = new TopicReader().createTopic();
        var early = database.begin()) {
      try (var first = relay(new QuietParts(database))) {
        await().atMost(LIMIT).until(() -> first.status().isStreaming());
        OutboxDatabase.append(early, topic.aggregateType(), "early", 1);
        var afterEarly = database.logPosition();
        database.append(topic.aggregateType(), "a", 1);
        topic.atLeast(1);
        early.commit();
        topic.atLeast(2);
        // The slot now stands between the early row and its commit, and tells of it again.
        await().atMost(LIMIT).until(() -> database.slotIsPast(afterEarly));
      }
      try (var second = relay(new PowerCutParts(database))) {
        topic.atLeast(3);
        await().atMost(LIMIT).until(() -> second.failures() > 0);
      }

      try (var third = relay(database.parts())) {
        database.append(topic.aggregateType(), "a", 2);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(topic.readOn()).endsWith("2"));
        await().atMost(LIMIT).until(() -> third.status().isStreaming());
      }
    }
  }

  private static Pipeline relay(PipelineParts parts) {
    var relay = new Pipeline("shop", parts, new PipelineMetrics(new SimpleMeterRegistry(), "shop"));
    relay.start();
    return relay;
  }

  /** Moves the canary at its start only, and captures one message at a time. */
  private static class QuietParts extends FaultyParts {

    QuietParts(OutboxDatabase database) {
      super(database.parts(Delivery.AT_LEAST_ONCE, 1));
    }

    @Override
    public Duration canaryInterval() {
      return LIMIT;
    }

    @Override
    public Capture capture(Position from, Set<UUID> discarded) {
      // Everything that the slot sends, also what the position tells of.
      var fromSlot = from.reached(from.beat(), from.confirmable(), null);
      return super.capture(fromSlot, discarded);
    }
  }

  /** Fails as if the power went when the first messages and their position are there. */
  private static final class PowerCutParts extends QuietParts {

    PowerCutParts(OutboxDatabase database) {
      super(database);
    }

    @Override
    public Publisher publisher() {
      var real = super.publisher();
      return new FaultyPublisher(real) {
        @Override
        void acknowledged(List<Message> messages) throws InterruptedException {
          if (!messages.isEmpty()) {
            throw new IllegalStateException("the power went");
          }
        }
      };
    }
  }
}
