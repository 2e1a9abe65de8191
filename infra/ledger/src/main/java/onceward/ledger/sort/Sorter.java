package onceward.ledger.sort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/**
 * Sorts any number of entries in bounded memory: takes them, writes sorted runs to a temporary
 * directory, and gives them merged. Entries that compare as equal come in the order in which they
 * were added.
 *
 * <p>Adding and reading are for one thread at a time. {@link #close()} deletes the directory.
 *
 * @param <T> an entry
 */
public final class Sorter<T> implements AutoCloseable {

  /** Some 15 MB of entries of the ledger. */
  private static final int RUN_ENTRIES = 250_000;

  /** What a sorter takes that is hardly used. */
  private static final int FIRST_ENTRIES = 1_000;

  /** Of each run while all are merged. */
  private static final int BUFFER_BYTES = 64 * 1024;

  private final Codec<T> codec;
  private final Comparator<? super T> order;
  private final int runEntries;
  private final Path directory;
  private final List<Path> runs = new ArrayList<>();
  private final List<FileChannel> reading = new ArrayList<>();

  // As bytes until they are sorted: so many objects that live so long would be copied by each
  // garbage collection, which took half of the time.
  private ByteBuffer run;
  private int runSize;

  /**
   * A sorter with runs of the usual size.
   *
   * @throws UncheckedIOException if no temporary directory can be made
   */
  public Sorter(Codec<T> codec, Comparator<? super T> order) {
    this(codec, order, RUN_ENTRIES);
  }

  Sorter(Codec<T> codec, Comparator<? super T> order, int runEntries) {
    this.codec = codec;
    this.order = order;
    this.runEntries = runEntries;
    this.run = ByteBuffer.allocate(Math.min(runEntries, FIRST_ENTRIES) * codec.bytes());
    try {
      this.directory = Files.createTempDirectory("onceward-ledger");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Takes one more. */
  public void add(T entry) {
    if (!run.hasRemaining()) {
      grow();
    }
    codec.write(entry, run);
    runSize++;
    if (runSize == runEntries) {
      spill();
    }
  }

  /** All of them in order. No more can be added after this. */
  public Iterator<T> sorted() {
    var merged = new Merged<T>(order);
    for (var file : runs) {
      merged.add(new Run(file));
    }
    merged.add(takeRun().iterator());
    return merged;
  }

  @Override
  public void close() {
    try {
      for (var channel : reading) {
        channel.close();
      }
      for (var file : runs) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(directory);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void grow() {
    var entries = Math.min(2L * run.capacity() / codec.bytes(), runEntries);
    run = ByteBuffer.allocate(Math.toIntExact(entries * codec.bytes())).put(run.flip());
  }

  /** The entries of the run in order, which is empty then. */
  private List<T> takeRun() {
    var entries = new ArrayList<T>(runSize);
    run.flip();
    while (run.hasRemaining()) {
      entries.add(codec.read(run));
    }
    entries.sort(order);
    run.clear();
    runSize = 0;
    return entries;
  }

  private void spill() {
    var file = directory.resolve("run-" + runs.size());
    runs.add(file);
    var buffer = ByteBuffer.allocate(BUFFER_BYTES - BUFFER_BYTES % codec.bytes());
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (var entry : takeRun()) {
        codec.write(entry, buffer);
        if (!buffer.hasRemaining()) {
          drain(buffer, channel);
        }
      }
      drain(buffer, channel);
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "Cannot write %s: %s. The ledger sorts on disk: free some space, or set -Djava.io.tmpdir."
              .formatted(file, failure.getMessage()),
          failure);
    }
  }

  private static void drain(ByteBuffer buffer, FileChannel channel) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  /** One file, read from its beginning. */
  private final class Run implements Iterator<T> {

    private final FileChannel channel;
    private final ByteBuffer buffer =
        ByteBuffer.allocate(BUFFER_BYTES - BUFFER_BYTES % codec.bytes()).limit(0);

    Run(Path file) {
      try {
        channel = FileChannel.open(file, StandardOpenOption.READ);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      reading.add(channel);
    }

    @Override
    public boolean hasNext() {
      if (!buffer.hasRemaining()) {
        fill();
      }
      return buffer.hasRemaining();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return codec.read(buffer);
    }

    private void fill() {
      buffer.clear();
      try {
        // A read may end anywhere; an entry may not.
        while (channel.read(buffer) > 0 || buffer.position() % codec.bytes() != 0) {
          if (!buffer.hasRemaining()) {
            break;
          }
        }
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      buffer.flip();
    }
  }

  /** The lowest of several sorted sequences; of equal ones, that of the sequence added first. */
  private static final class Merged<T> implements Iterator<T> {

    private final Comparator<? super T> order;
    private final PriorityQueue<Head<T>> heads;
    private int sequences;

    Merged(Comparator<? super T> order) {
      this.order = order;
      this.heads = new PriorityQueue<>(this::compare);
    }

    void add(Iterator<T> sequence) {
      advance(sequence, sequences++);
    }

    @Override
    public boolean hasNext() {
      return !heads.isEmpty();
    }

    @Override
    public T next() {
      var head = heads.remove();
      advance(head.rest, head.number);
      return head.entry;
    }

    private void advance(Iterator<T> sequence, int number) {
      if (sequence.hasNext()) {
        heads.add(new Head<>(sequence.next(), number, sequence));
      }
    }

    private int compare(Head<T> one, Head<T> other) {
      var byEntry = order.compare(one.entry, other.entry);
      return byEntry != 0 ? byEntry : Integer.compare(one.number, other.number);
    }

    private record Head<T>(T entry, int number, Iterator<T> rest) {}
  }
}
