package onceward.relay.capture.pgoutput;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import onceward.messaging.Message;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.position.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * What was read and not taken yet, bounded in bytes. One thread puts, another takes, any may end.
 * Whoever takes gets all that is there, up to a batch, and wakes as soon as there is anything.
 */
final class ReadAhead {

  /** What a change takes in memory beside what the server sent for it, roughly. */
  private static final int BYTES_BESIDE = 512;

  private final int batchMax;
  private final long bytesMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Forming> batches = new ArrayDeque<>();
  private long bytes;
  private @Nullable RuntimeException end;

  /**
   * @param batchMax how many changes one batch may hold
   * @param bytesMax above which nothing more is to be read; one change may go beyond it
   */
  ReadAhead(int batchMax, long bytesMax) {
    this.batchMax = batchMax;
    this.bytesMax = bytesMax;
  }

  /** Adds changes behind the last ones, whether there is room or not. */
  void put(List<Change> changes) {
    lock.lock();
    try {
      if (end != null) {
        return;
      }
      for (var change : changes) {
        var last = batches.peekLast();
        if (last == null || last.count == batchMax) {
          last = new Forming(change);
          batches.add(last);
        }
        last.add(change);
        bytes += change.bytes() + BYTES_BESIDE;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is room, or this has ended.
   *
   * @return false if neither happened in time
   */
  boolean awaitRoom(Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      var left = timeout.toNanos();
      while (bytes >= bytesMax && end == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      return bytes < bytesMax || end != null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next batch, which then is whole.
   *
   * @param confirm takes how far the slot may move when the batch is acknowledged
   * @throws RuntimeException why this has ended
   */
  Optional<CapturedBatch> take(Duration timeout, Consumer<Lsn> confirm)
      throws InterruptedException {
    lock.lock();
    try {
      var left = timeout.toNanos();
      while (batches.isEmpty() && end == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      var next = batches.poll();
      if (next != null) {
        bytes -= next.bytes;
        changed.signalAll();
        return Optional.of(next.whole(confirm));
      }
      if (end != null) {
        throw end;
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more comes behind what is there. */
  void endBehind(RuntimeException why) {
    lock.lock();
    try {
      end = why;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more comes, nor what is there. */
  void endNow(RuntimeException why) {
    lock.lock();
    try {
      batches.clear();
      bytes = 0;
      endBehind(why);
    } finally {
      lock.unlock();
    }
  }

  /** A batch to which changes are still added. */
  static final class Forming {

    private final List<Message> messages = new ArrayList<>();
    private final List<Long> transactions = new ArrayList<>();
    private final Instant oldestCommit;
    private Change last;
    private long beat;
    private int count;
    private long bytes;

    private Forming(Change first) {
      this.oldestCommit = first.committedAt();
      this.last = first;
    }

    private void add(Change change) {
      if (change.message() != null) {
        messages.add(change.message());
      }
      CapturedBatch.addOnce(transactions, change.place().transaction());
      last = change;
      beat = Math.max(beat, change.beat());
      count++;
      bytes += change.bytes() + BYTES_BESIDE;
    }

    private CapturedBatch whole(Consumer<Lsn> confirm) {
      var confirmable = last.place().confirmable();
      return new CapturedBatch(
          messages,
          transactions,
          oldestCommit,
          beat,
          confirmable,
          last.behind(),
          () -> confirm.accept(confirmable));
    }
  }
}
