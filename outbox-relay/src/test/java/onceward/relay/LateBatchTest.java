package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import onceward.messaging.Message;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.operations.PipelineMetrics;
import onceward.relay.pipeline.Phase;
import onceward.relay.pipeline.Pipeline;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.position.Position;
import onceward.relay.publish.Publisher;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What a relay had in hand when it was held up for so long that another may have taken over, it
 * does not publish any more, and how far it came it does not write down; whoever holds the slot
 * next does.
 */
class LateBatchTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  void a_batch_that_was_held_up_for_too_long_is_published_by_the_next_generation()
      throws Exception {
    try (var database = OutboxDatabase.create();
        var topic = new TopicReader().createTopic()) {
      database.append(topic.aggregateType(), "a", 1);
      var parts = new HeldUpParts(database.parts());
      try (var relay =
          new Pipeline("shop", parts, new PipelineMetrics(new SimpleMeterRegistry(), "shop"))) {
        relay.start();
        // A start that was too slow for the short silence backs off as well.
        await()
            .atMost(LIMIT)
            .until(() -> parts.heldUp.get() != null && relay.status().phase() == Phase.BACKING_OFF);
        parts.goOn.countDown();

        topic.atLeast(1);
        await().atMost(LIMIT).until(() -> relay.status().isStreaming());
      }
      assertThat(parts.publishedLate).hasValue(0);
      assertThat(topic.readOn()).startsWith("1");
    }
  }

  /**
   * Method: it is held up between publishing and writing down how far; the other has a later place.
   */
  @Test
  void a_position_that_was_held_up_for_too_long_is_not_written_down() throws Exception {
    try (var database = OutboxDatabase.create();
        var topic = new TopicReader().createTopic()) {
      database.append(topic.aggregateType(), "a", 1);
      var parts = new LateParts(database.parts());
      try (var pipeline = LonePipeline.start(parts)) {
        topic.atLeast(1);
        await().atMost(LIMIT).until(() -> pipeline.status().phase() == Phase.BACKING_OFF);
        parts.goOn.countDown();

        await().atMost(LIMIT).until(() -> topic.readOn().size() > 1);
        pipeline.awaitStreaming();
      }
      assertThat(parts.writtenLate).isFalse();
    }
  }

  /** Holds up the first generation that has published a message. */
  private static final class LateParts extends FaultyParts {

    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicBoolean hasHeldUp = new AtomicBoolean();
    private final AtomicBoolean writtenLate = new AtomicBoolean();

    LateParts(PipelineParts real) {
      super(real);
    }

    @Override
    public Duration silenceMax() {
      return Duration.ofSeconds(3);
    }

    @Override
    public Publisher publisher() {
      return new LatePublisher(super.publisher());
    }

    private final class LatePublisher extends FaultyPublisher {

      private volatile boolean isLate;

      LatePublisher(Publisher real) {
        super(real);
      }

      @Override
      void acknowledged(List<Message> messages) throws InterruptedException {
        if (!messages.isEmpty() && hasHeldUp.compareAndSet(false, true)) {
          goOn.await();
          isLate = true;
        }
      }

      @Override
      public void checkpoint(Position reached) throws InterruptedException {
        writtenLate.compareAndSet(false, isLate);
        super.checkpoint(reached);
      }
    }
  }

  /** Holds up the first messages that are captured. */
  private static final class HeldUpParts extends FaultyParts {

    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicReference<@Nullable Thread> heldUp = new AtomicReference<>();
    private final AtomicInteger publishedLate = new AtomicInteger();

    HeldUpParts(PipelineParts real) {
      super(real);
    }

    @Override
    public Duration silenceMax() {
      return Duration.ofSeconds(3);
    }

    @Override
    public Capture capture(Position from, Set<UUID> discarded) {
      var real = super.capture(from, discarded);
      return new HeldUpCapture(real);
    }

    @Override
    public Publisher publisher() {
      return new CountingPublisher(super.publisher());
    }

    private final class HeldUpCapture extends FaultyCapture {

      HeldUpCapture(Capture real) {
        super(real);
      }

      @Override
      public Optional<CapturedBatch> next(Duration timeout) throws InterruptedException {
        var batch = super.next(timeout);
        if (batch.filter(one -> !one.messages().isEmpty()).isPresent()
            && heldUp.compareAndSet(null, Thread.currentThread())) {
          goOn.await();
        }
        return batch;
      }
    }

    private final class CountingPublisher extends FaultyPublisher {

      CountingPublisher(Publisher real) {
        super(real);
      }

      @Override
      void acknowledged(List<Message> messages) throws InterruptedException {
        if (Thread.currentThread().equals(heldUp.get())) {
          publishedLate.addAndGet(messages.size());
        }
      }
    }
  }
}
