package onceward.benchmarks.rebuild;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Searches at a constant rate, whatever became of those before: one that waits does not keep others
 * from being sent. Times count from when a search was due. Runs until it is closed.
 */
final class SearchLoad implements AutoCloseable {

  private final Searcher searcher;
  private final long periodNanos;
  private final List<Long> nanos = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger failed = new AtomicInteger();
  private final Thread thread;
  private volatile boolean isEnding;

  SearchLoad(Searcher searcher, int rate) {
    this.searcher = searcher;
    this.periodNanos = Duration.ofSeconds(1).toNanos() / rate;
    this.thread = Thread.ofPlatform().name("searches").start(this::run);
  }

  private void run() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var due = System.nanoTime();
      while (!isEnding) {
        var at = due;
        threads.execute(() -> search(at));
        due += periodNanos;
        while (due - System.nanoTime() > 0) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
      }
    }
  }

  private void search(long due) {
    if (!searcher.search()) {
      failed.incrementAndGet();
    }
    nanos.add(System.nanoTime() - due);
  }

  /** How many have been answered or have failed. */
  int count() {
    return nanos.size();
  }

  int failed() {
    return failed.get();
  }

  /** The time that this share of all does not exceed, in milliseconds. */
  double percentileMs(double share) {
    var sorted = List.copyOf(nanos).stream().mapToLong(Long::longValue).sorted().toArray();
    return sorted.length == 0
        ? 0
        : sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))] / 1e6;
  }

  /** Returns when the last one is answered. */
  @Override
  public void close() {
    isEnding = true;
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
