package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import onceward.messaging.Message;
import onceward.relay.DyingParts.Point;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.operations.PipelineMetrics;
import onceward.relay.pipeline.Pipeline;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.position.Position;
import onceward.relay.publish.Delivery;
import onceward.relay.publish.Publisher;
import org.junit.jupiter.api.Test;

/**
 * A relay that ends between publishing and acknowledging goes on behind the position that is
 * written down: what the position does not tell of is published again, twice and never not.
 */
class AcknowledgeTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** As if the power went when the position of the first messages is to be written down. */
  @Test
  void what_was_published_but_not_written_down_is_published_again() throws Exception {
    var generations = new AtomicInteger();
    relayThree(
        generations,
        parts ->
            new FaultyParts(parts) {
              @Override
              public Duration checkpointInterval() {
                return Duration.ZERO;
              }

              @Override
              public Publisher publisher() {
                var real = super.publisher();
                return generations.incrementAndGet() == 1 ? new ForgetfulPublisher(real) : real;
              }
            },
        // However many of the three the first batch held: they come twice.
        versions -> assertThat(versions).startsWith("1").filteredOn("1"::equals).hasSize(2));
  }

  /** As if the power went when the first messages are to be acknowledged to the slot. */
  @Test
  void what_was_written_down_but_not_acknowledged_is_published_once() throws Exception {
    var generations = new AtomicInteger();
    relayThree(
        generations,
        parts ->
            new FaultyParts(parts) {
              @Override
              public Duration checkpointInterval() {
                return Duration.ZERO;
              }

              @Override
              public Capture capture(Position from, Set<UUID> discarded) {
                var real = super.capture(from, discarded);
                return generations.incrementAndGet() == 1 ? new UnacknowledgingCapture(real) : real;
              }
            },
        versions -> assertThat(versions).containsExactly("1", "2", "3", "4"));
  }

  /** The fourth message comes when the pipeline has begun anew, and behind all that comes again. */
  private static void relayThree(
      AtomicInteger generations,
      UnaryOperator<PipelineParts> faulty,
      Consumer<List<String>> expected)
      throws Exception {
    try (var database = OutboxDatabase.create();
        var topic = new TopicReader().createTopic()) {
      for (int version = 1; version <= 3; version++) {
        database.append(topic.aggregateType(), "a", version);
      }
      try (var pipeline = LonePipeline.start(faulty.apply(database.parts()))) {
        await().atMost(LIMIT).until(() -> generations.get() == 2);
        database.append(topic.aggregateType(), "a", 4);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(topic.readOn()).endsWith("3", "4"));
        pipeline.awaitStreaming();
        expected.accept(topic.readOn());
      }
    }
    assertThat(generations).hasValue(2);
  }

  /**
   * Method: the slot stands where one transaction ended, in the middle of the next, of which the
   * first message lies before that place. Two deaths come, after each message of the next.
   */
  @Test
  void a_message_that_lies_before_the_slots_place_does_not_stop_the_pipeline() throws Exception {
    try (var database = OutboxDatabase.create();
        var topic = new TopicReader().createTopic();
        var open = database.begin()) {
      OutboxDatabase.appendAll(open, topic.aggregateType(), 2, 2);
      var before = database.logPosition();
      database.append(topic.aggregateType(), "a", 1);
      OutboxDatabase.appendAll(open, topic.aggregateType(), 3, 3);
      open.commit();
      var moved = new AtomicBoolean();
      var parts =
          new DyingParts(
              database.parts(Delivery.AT_LEAST_ONCE, 1),
              Point.ACKNOWLEDGED,
              _ -> moved.set(database.slotIsPast(before)),
              2,
              3);
      try (var relay =
          new Pipeline("shop", parts, new PipelineMetrics(new SimpleMeterRegistry(), "shop"))) {
        relay.start();
        await().atMost(LIMIT).until(parts::haveDied);
        await().atMost(LIMIT).until(() -> relay.status().isStreaming());
      }
      assertThat(topic.readOn()).containsExactly("1", "2", "3");
      assertThat(moved).as("the slot stands behind the first message's place").isTrue();
    }
  }

  /**
   * Method: of what is published at once, only the first is acknowledged by the time the relay
   * ends.
   */
  @Test
  void a_relay_that_ends_in_good_order_repeats_only_the_last_transaction() throws Exception {
    try (var database = OutboxDatabase.create();
        var topic = new TopicReader().createTopic()) {
      var parts =
          new FaultyParts(database.parts()) {
            @Override
            public Duration checkpointInterval() {
              return Duration.ofHours(1);
            }
          };
      try (var _ = LonePipeline.start(parts).awaitStreaming()) {
        database.append(topic.aggregateType(), "a", 1);
        topic.atLeast(1);
        for (int version = 2; version <= 20; version++) {
          database.append(topic.aggregateType(), "a", version);
        }
        topic.atLeast(20);
      }
      try (var _ = LonePipeline.start(parts).awaitStreaming()) {
        database.append(topic.aggregateType(), "a", 21);
        await().atMost(LIMIT).until(() -> topic.readOn().contains("21"));
      }
      assertThat(topic.versions()).endsWith("21").hasSizeLessThanOrEqualTo(22);
    }
  }

  /** Fails instead of writing down how far the first messages are published. */
  private static final class ForgetfulPublisher extends FaultyPublisher {

    private boolean published;

    ForgetfulPublisher(Publisher real) {
      super(real);
    }

    @Override
    void acknowledged(List<Message> messages) throws InterruptedException {
      published |= !messages.isEmpty();
    }

    @Override
    public void checkpoint(Position reached) throws InterruptedException {
      if (published) {
        throw new IllegalStateException("the power went");
      }
      super.checkpoint(reached);
    }
  }

  /** Fails instead of acknowledging the first messages. */
  private static final class UnacknowledgingCapture extends FaultyCapture {

    UnacknowledgingCapture(Capture real) {
      super(real);
    }

    @Override
    CapturedBatch instead(CapturedBatch batch) {
      if (batch.messages().isEmpty()) {
        return batch;
      }
      return batch.acknowledgedBy(() -> {
        throw new IllegalStateException("the power went");
      });
    }
  }
}
