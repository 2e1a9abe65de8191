package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureListener;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.database.Beat;
import onceward.relay.position.Position;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever reports of a generation may be held up for long between what it sees and its report. A
 * report after the generation is over would be taken for one of the next: a failure would make that
 * one not ready though it publishes, a success ready though it does not.
 */
class BrokenOffTest {

  private static final Duration SILENCE = Duration.ofSeconds(1);
  private static final Duration HELD_UP = Duration.ofSeconds(2);

  /** Method: the generation ends by itself while the report is held up. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothing_is_reported_of_a_generation_that_is_over(boolean publishes) throws Exception {
    try (var database = OutboxDatabase.create()) {
      var parts = new EndingParts(LonePipeline.stallingAfter(SILENCE, database.parts()), publishes);
      var observer = new HeldUpObserver(parts);
      try (var pipeline = new Pipeline("shop", parts, observer, 0)) {
        var generation = Thread.ofVirtual().start(() -> run(pipeline, observer));

        assertThat(generation.join(Duration.ofSeconds(60))).isTrue();
      }
      assertThat(observer.reportedLate()).contains(false);
      assertThat(observer.over.getCount()).isZero();
    }
  }

  private static void run(Pipeline pipeline, HeldUpObserver observer) {
    try {
      pipeline.run(null, () -> null);
    } catch (InterruptedException | RuntimeException broken) {
      observer.over.countDown();
    }
  }

  /** Captures a batch without messages, or none, until it fails. */
  private static final class EndingParts extends FaultyParts {

    private final CountDownLatch failing = new CountDownLatch(1);
    private final boolean publishes;

    EndingParts(PipelineParts real, boolean publishes) {
      super(real);
      this.publishes = publishes;
    }

    @Override
    public Capture capture(Position from, Set<UUID> discarded) {
      return new Capture() {
        @Override
        public void run(CaptureListener listener) {
          try {
            if (publishes) {
              Thread.ofVirtual().start(() -> capture(listener, from));
            }
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

    private static void capture(CaptureListener listener, Position from) {
      try {
        listener.captured(
            new CapturedBatch(
                List.of(), Instant.now(), 0, from.confirmable(), from.resume(), () -> {}));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static final class HeldUpObserver implements PipelineObserver {

    private final EndingParts parts;
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicReference<@Nullable Boolean> late = new AtomicReference<>();

    HeldUpObserver(EndingParts parts) {
      this.parts = parts;
    }

    /** Whether the generation was over before the first report ended; empty if there was none. */
    Optional<Boolean> reportedLate() {
      return Optional.ofNullable(late.get());
    }

    private void holdUp() {
      parts.failing.countDown();
      try {
        late.compareAndSet(null, over.await(HELD_UP.toMillis(), TimeUnit.MILLISECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void broken(RuntimeException why) {
      holdUp();
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
    public void published(CapturedBatch batch, int count, Position reached) {
      holdUp();
    }
  }
}
