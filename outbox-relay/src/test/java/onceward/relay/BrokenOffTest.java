package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureListener;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.database.Beat;
import onceward.relay.position.Position;
import org.junit.jupiter.api.Test;

/**
 * Whoever watches a generation may be held up for long between seeing that it is broken and telling
 * so. Told too late, the next one would pass for broken, and be not ready though it publishes.
 */
class BrokenOffTest {

  private static final Duration SILENCE = Duration.ofSeconds(1);
  private static final Duration HELD_UP = Duration.ofSeconds(2);

  /** Method: the generation ends by itself while it is being told broken. */
  @Test
  void a_generation_is_told_broken_before_it_is_over() throws Exception {
    try (var database = OutboxDatabase.create()) {
      var parts = new EndingParts(LonePipeline.stallingAfter(SILENCE, database.parts()));
      var observer = new HeldUpObserver(parts);
      try (var pipeline = new Pipeline("shop", parts, observer, 0)) {
        var generation = Thread.ofVirtual().start(() -> run(pipeline, observer));

        assertThat(generation.join(Duration.ofSeconds(60))).isTrue();
      }
      assertThat(observer.toldLate).isFalse();
      assertThat(observer.over.getCount()).isZero();
    }
  }

  private static void run(Pipeline pipeline, HeldUpObserver observer) {
    try {
      pipeline.run(Map.of(), () -> null);
    } catch (InterruptedException | RuntimeException broken) {
      observer.over.countDown();
    }
  }

  /** Captures nothing, until it fails. */
  private static final class EndingParts extends FaultyParts {

    private final CountDownLatch failing = new CountDownLatch(1);

    EndingParts(PipelineParts real) {
      super(real);
    }

    @Override
    public Capture capture(Position from, Set<UUID> discarded) {
      return new Capture() {
        @Override
        public void run(CaptureListener listener) {
          try {
            failing.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          throw new IllegalStateException("the session was ended");
        }

        @Override
        public void close() {}
      };
    }
  }

  private static final class HeldUpObserver implements PipelineObserver {

    private final EndingParts parts;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean toldLate;

    HeldUpObserver(EndingParts parts) {
      this.parts = parts;
    }

    @Override
    public void broken(RuntimeException why) {
      parts.failing.countDown();
      try {
        toldLate = over.await(HELD_UP.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void standsBy(int holder) {}

    @Override
    public void waitsFor(int holder) {}

    @Override
    public void passed() {}

    @Override
    public void beaten(Beat beat) {}

    @Override
    public void captured(CapturedBatch batch) {}

    @Override
    public void published(CapturedBatch batch, int count, Position reached) {}
  }
}
