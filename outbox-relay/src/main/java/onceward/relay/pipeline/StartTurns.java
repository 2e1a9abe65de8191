package onceward.relay.pipeline;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets {@value #AT_ONCE} pipelines of a process start at a time, in the order in which they ask. A
 * hundred that start at once take each other's processor time until Kafka and the databases answer
 * none of them in time, and all start again.
 *
 * <p>A turn ends after {@link #TURN_MAX} at the latest, so a server that does not answer keeps
 * other pipelines waiting for no longer than that. A process with up to {@value #AT_ONCE} pipelines
 * never waits. Thread-safe.
 */
public final class StartTurns {

  static final int AT_ONCE = 8;
  static final Duration TURN_MAX = Duration.ofSeconds(2);

  private final Semaphore places;
  private final Duration turnMax;

  public StartTurns() {
    this(AT_ONCE, TURN_MAX);
  }

  /** For so many at a time, each for so long at most; with 0, a turn never comes. */
  StartTurns(int atOnce, Duration turnMax) {
    this.places = new Semaphore(atOnce, true);
    this.turnMax = turnMax;
  }

  /** Waits for a turn, which any thread may end. */
  Turn take() throws InterruptedException {
    places.acquire();
    var turn = new Turn(places);
    CompletableFuture.delayedExecutor(turnMax.toMillis(), TimeUnit.MILLISECONDS).execute(turn::end);
    return turn;
  }

  static final class Turn implements AutoCloseable {

    private final Semaphore places;
    private final AtomicBoolean isOver = new AtomicBoolean();

    private Turn(Semaphore places) {
      this.places = places;
    }

    /** A second time does nothing. */
    void end() {
      if (isOver.compareAndSet(false, true)) {
        places.release();
      }
    }

    @Override
    public void close() {
      end();
    }
  }
}
