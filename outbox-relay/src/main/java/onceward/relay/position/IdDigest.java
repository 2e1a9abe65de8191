package onceward.relay.position;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Which ids a table has, in a size that does not depend on how many there are. Two digests tell
 * which ids only one of two tables has, as long as these are not many: some {@value #NAMED_MOST}.
 * Immutable.
 *
 * <p>An invertible Bloom lookup table. Each id is folded into one cell of each row of cells: its
 * bits and a check are combined by exclusive or. What both tables have cancels out. A cell that is
 * left with one id, as the check shows, gives the id away; taking that id out of its other cells
 * may leave those with one id in turn.
 *
 * @param rows how many ids there are
 */
public record IdDigest(long rows, List<Cell> cells) {

  /** Up to so many ids that differ are mostly all named. */
  static final int NAMED_MOST = 50;

  private static final int CELL_ROWS = 5;
  private static final int CELLS_A_ROW = 32;
  private static final int CELLS = CELL_ROWS * CELLS_A_ROW;
  private static final int BYTES = Long.BYTES + CELLS * 4 * Long.BYTES;

  /** Of no id. */
  public static final IdDigest NONE =
      new IdDigest(0, IntStream.range(0, CELLS).mapToObj(_ -> Cell.EMPTY).toList());

  public IdDigest {
    cells = List.copyOf(cells);
    if (cells.size() != CELLS) {
      throw new IllegalArgumentException("%d cells; needed: %d".formatted(cells.size(), CELLS));
    }
  }

  /**
   * What is left of the ids of one cell.
   *
   * @param count how many ids; of a difference, how many more than the other has
   * @param high the first halves of the ids, combined
   * @param low the second halves, combined
   * @param check a mixture of the bits of each id, combined
   */
  public record Cell(long count, long high, long low, long check) {

    static final Cell EMPTY = new Cell(0, 0, 0, 0);

    private Cell with(UUID id, int times) {
      return new Cell(
          count + times,
          high ^ id.getMostSignificantBits(),
          low ^ id.getLeastSignificantBits(),
          check ^ checkOf(id));
    }

    private Cell without(Cell other) {
      return new Cell(count - other.count, high ^ other.high, low ^ other.low, check ^ other.check);
    }

    private boolean isOne() {
      return Math.abs(count) == 1 && checkOf(id()) == check;
    }

    private UUID id() {
      return new UUID(high, low);
    }
  }

  /**
   * How the ids of two tables differ.
   *
   * @param more ids that the first has and the second lacks, as far as they are known
   * @param fewer ids that the second has and the first lacks, as far as they are known
   * @param isComplete whether these are all
   */
  public record Difference(Set<UUID> more, Set<UUID> fewer, boolean isComplete) {

    public Difference {
      more = Set.copyOf(more);
      fewer = Set.copyOf(fewer);
    }

    /** Whether both have the same ids. */
    public boolean isNone() {
      return isComplete && more.isEmpty() && fewer.isEmpty();
    }
  }

  /** Takes one id after the other. Not thread-safe. */
  public static final class Counter {

    private final Cell[] cells = NONE.cells().toArray(Cell[]::new);
    private long rows;

    /** Adds an id, which must not have been added before. */
    public void add(UUID id) {
      rows++;
      for (var row = 0; row < CELL_ROWS; row++) {
        var cell = cell(id, row);
        cells[cell] = cells[cell].with(id, 1);
      }
    }

    /** How many ids there are so far. */
    public long rows() {
      return rows;
    }

    /** Of the ids so far. */
    public IdDigest digest() {
      return new IdDigest(rows, List.of(cells));
    }
  }

  /** How these ids differ from others. */
  public Difference from(IdDigest other) {
    var left = new ArrayList<Cell>(CELLS);
    for (var cell = 0; cell < CELLS; cell++) {
      left.add(cells.get(cell).without(other.cells.get(cell)));
    }
    var more = new TreeSet<UUID>();
    var fewer = new TreeSet<UUID>();
    var next = new ArrayDeque<>(IntStream.range(0, CELLS).boxed().toList());
    while (!next.isEmpty()) {
      var one = left.get(next.remove());
      // A table has an id once; a chain of ids that come again would not end.
      if (one.isOne() && (one.count() > 0 ? more : fewer).add(one.id())) {
        for (var row = 0; row < CELL_ROWS; row++) {
          var cell = cell(one.id(), row);
          left.set(cell, left.get(cell).with(one.id(), (int) -one.count()));
          next.add(cell);
        }
      }
    }
    return new Difference(more, fewer, left.stream().allMatch(Cell.EMPTY::equals));
  }

  private static int cell(UUID id, int row) {
    var mixed = mix(checkOf(id) + row + 1);
    return row * CELLS_A_ROW + (int) Long.remainderUnsigned(mixed, CELLS_A_ROW);
  }

  private static long checkOf(UUID id) {
    return mix(mix(id.getMostSignificantBits()) ^ Long.rotateLeft(id.getLeastSignificantBits(), 1));
  }

  /** The last step of SplitMix64: each bit of the result depends on all of the given. */
  private static long mix(long bits) {
    var first = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    var second = (first ^ (first >>> 27)) * 0x94d049bb133111ebL;
    return second ^ (second >>> 31);
  }

  /** As {@link #read} takes it. */
  public byte[] toBytes() {
    var bytes = ByteBuffer.allocate(BYTES).putLong(rows);
    for (var cell : cells) {
      bytes.putLong(cell.count()).putLong(cell.high()).putLong(cell.low()).putLong(cell.check());
    }
    return bytes.array();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException for anything of another length
   */
  public static IdDigest read(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "a digest of %d bytes; needed: %d".formatted(bytes.length, BYTES));
    }
    var buffer = ByteBuffer.wrap(bytes);
    var rows = buffer.getLong();
    var cells = new ArrayList<Cell>(CELLS);
    for (var cell = 0; cell < CELLS; cell++) {
      cells.add(new Cell(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong()));
    }
    return new IdDigest(rows, cells);
  }
}
