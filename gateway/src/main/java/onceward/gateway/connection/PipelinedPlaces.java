package onceward.gateway.connection;

import jakarta.inject.Singleton;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Places for requests whose caller did not wait for the answer to the request before. Hardly any
 * honest client does so, and one that floods does. So only a few of them are in work at once, of
 * all connections together; the others wait for their turn and take nothing from callers who wait
 * for their answers.
 *
 * <p>Thread-safe. Each open connection waits for one place at most, which bounds the queue.
 */
@Singleton
final class PipelinedPlaces {

  private final SequencedSet<Runnable> waiting = new LinkedHashSet<>();
  private int free;

  PipelinedPlaces(ConnectionLimits limits) {
    this.free = limits.pipelinedMax();
  }

  /** Runs this as soon as there is a place, on any thread; it must return at once. */
  void take(Runnable begin) {
    synchronized (this) {
      if (free == 0) {
        waiting.add(begin);
        return;
      }
      free--;
    }
    begin.run();
  }

  /** Whoever asked for a place needs none any more; if it has begun, that changes nothing. */
  synchronized void forgo(Runnable begin) {
    waiting.remove(begin);
  }

  synchronized int free() {
    return free;
  }

  /** Called once by each that has begun, when it has ended or will not come. */
  void giveBack() {
    var next = nextOrFree();
    if (next != null) {
      next.run();
    }
  }

  private synchronized @Nullable Runnable nextOrFree() {
    if (waiting.isEmpty()) {
      free++;
      return null;
    }
    return waiting.removeFirst();
  }
}
