package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.pipeline.Phase;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.position.Position;
import onceward.relay.preflight.Preflight;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A generation that was left behind and wakes tells nobody anything: neither of success, which
 * would make the next one look well, nor of failure, which would make it look ill.
 */
class LeftBehindTest extends OutboxAndTopic {

  /** Method: it stands still when a message is published and not yet acknowledged. */
  @Test
  void a_worker_that_wakes_does_not_tell_of_its_batch() throws Exception {
    var parts = new LeavingParts(database.parts());
    try (var pipeline = LonePipeline.start(parts).awaitStreaming()) {
      database.append(topic.aggregateType(), "a", 1);
      topic.atLeast(1);
      pipeline.beginAnew();
      pipeline.awaitDown(LIMIT, "holds the slot and is not seen to move it");

      parts.wake.countDown();
      parts.left.join();

      assertThat(pipeline.status().phase()).isEqualTo(Phase.PREFLIGHT);
      assertThat(pipeline.published()).isZero();
      parts.endLeft();
      pipeline.awaitStreaming();
      database.append(topic.aggregateType(), "a", 2);
      await().atMost(LIMIT).until(() -> pipeline.published() >= 1);
    } finally {
      parts.wake.countDown();
    }
  }

  /** Method: it finds no publication, as if that had been dropped. */
  @Test
  void a_watch_that_wakes_does_not_tell_of_what_it_finds() throws Exception {
    var parts =
        new SlowWatchParts(
            database.parts(), database.parts(Map.of("publication", "another"), Map.of()));
    try (var pipeline = LonePipeline.start(parts).awaitStreaming()) {
      parts.asleep.await();
      pipeline.beginAnew();
      pipeline.awaitStreaming();
      var since = pipeline.status().since();

      parts.wake.countDown();
      parts.sleeper.join();

      assertThat(pipeline.status().isStreaming()).isTrue();
      assertThat(pipeline.status().since()).isEqualTo(since);
    } finally {
      parts.wake.countDown();
    }
  }

  /** The first capture does not end when it is closed, and its first message wakes late. */
  private static final class LeavingParts extends FaultyParts {

    final CountDownLatch wake = new CountDownLatch(1);
    volatile Thread left = Thread.currentThread();
    private @Nullable Capture first;

    LeavingParts(PipelineParts real) {
      super(real);
    }

    /** With every batch. */
    @Override
    public Duration checkpointInterval() {
      return Duration.ZERO;
    }

    @Override
    public Capture capture(Position from, Set<UUID> discarded) {
      var real = super.capture(from, discarded);
      if (first != null) {
        return real;
      }
      first = real;
      return new FaultyCapture(real) {
        @Override
        CapturedBatch instead(CapturedBatch batch) {
          if (batch.messages().isEmpty()) {
            return batch;
          }
          left = Thread.currentThread();
          return batch.acknowledgedBy(() -> awaitUninterruptibly(wake));
        }

        @Override
        public void close() {}
      };
    }

    void endLeft() {
      if (first != null) {
        first.close();
      }
    }
  }

  /** The first look of the first generation's watch takes until it is woken, and lies then. */
  private static final class SlowWatchParts extends FaultyParts {

    final CountDownLatch asleep = new CountDownLatch(1);
    final CountDownLatch wake = new CountDownLatch(1);
    volatile Thread sleeper = Thread.currentThread();
    private final PipelineParts another;

    SlowWatchParts(PipelineParts real, PipelineParts another) {
      super(real);
      this.another = another;
    }

    @Override
    public Preflight preflight() {
      if (!Thread.currentThread().getName().startsWith("watch-database") || !isFirst()) {
        return super.preflight();
      }
      awaitUninterruptibly(wake);
      return another.preflight();
    }

    private synchronized boolean isFirst() {
      if (asleep.getCount() == 0) {
        return false;
      }
      sleeper = Thread.currentThread();
      asleep.countDown();
      return true;
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    var interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
