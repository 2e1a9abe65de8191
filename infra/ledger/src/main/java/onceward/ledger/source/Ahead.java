package onceward.ledger.source;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a sequence on a thread of its own, a bounded number of entries ahead: so that servers work
 * while their answers are compared. For one thread; closing it ends the other one.
 *
 * @param <T> an entry
 */
public final class Ahead<T> implements Iterator<T>, AutoCloseable {

  private static final int CHUNK_ENTRIES = 2_000;
  private static final int CHUNKS_MAX = 4;

  /** Gives the entries to somebody, one after the other. */
  @FunctionalInterface
  public interface Reading<T> {

    /** Stops early, with an {@link InterruptedException}, when nobody wants more. */
    void run(Sink<T> to) throws Exception;
  }

  /** Takes entries. */
  @FunctionalInterface
  public interface Sink<T> {

    /** Waits while nobody takes them from here. */
    void accept(T entry) throws InterruptedException;
  }

  private final BlockingQueue<Chunk<T>> chunks = new ArrayBlockingQueue<>(CHUNKS_MAX);
  private final Thread thread;
  private Iterator<T> current = List.<T>of().iterator();
  private boolean ended;

  private record Chunk<T>(List<T> entries, boolean isLast, @Nullable Throwable failure) {}

  /**
   * Begins to read.
   *
   * @param name of the thread
   */
  public Ahead(String name, Reading<T> reading) {
    this.thread = Thread.ofPlatform().daemon().name(name).start(() -> read(reading));
  }

  @Override
  public boolean hasNext() {
    while (!current.hasNext() && !ended) {
      take();
    }
    return current.hasNext();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return current.next();
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void take() {
    try {
      var chunk = chunks.take();
      ended = chunk.isLast;
      current = chunk.entries.iterator();
      switch (chunk.failure) {
        case null -> {}
        case LedgerException known -> throw known;
        case Throwable other ->
            throw new LedgerException(
                "%s cannot be read: %s".formatted(thread.getName(), other.getMessage()), other);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LedgerException("Interrupted while reading " + thread.getName(), interrupted);
    }
  }

  private void read(Reading<T> reading) {
    try {
      var filling = new Filling();
      Throwable failure = null;
      try {
        reading.run(filling);
      } catch (InterruptedException closed) {
        throw closed;
      } catch (Throwable thrown) {
        // Also an error: whoever waits for the next chunk would wait for ever.
        failure = thrown;
      }
      chunks.put(new Chunk<>(filling.entries, true, failure));
    } catch (InterruptedException closed) {
      // Nobody reads on.
    }
  }

  private final class Filling implements Sink<T> {

    private List<T> entries = new ArrayList<>(CHUNK_ENTRIES);

    @Override
    public void accept(T entry) throws InterruptedException {
      entries.add(entry);
      if (entries.size() == CHUNK_ENTRIES) {
        chunks.put(new Chunk<>(entries, false, null));
        entries = new ArrayList<>(CHUNK_ENTRIES);
      }
    }
  }
}
