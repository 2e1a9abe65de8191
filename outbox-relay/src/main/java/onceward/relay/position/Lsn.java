package onceward.relay.position;

import java.util.regex.Pattern;

/**
 * A place in PostgreSQL's write-ahead log, written as PostgreSQL writes its {@code pg_lsn}: the
 * upper and the lower 32 bits in hexadecimal, e.g. {@code 0/16B3748}.
 *
 * @param value counts bytes from the log's beginning, unsigned
 */
public record Lsn(long value) implements Comparable<Lsn> {

  private static final Pattern TEXT = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");
  private static final int HALF_BITS = 32;
  private static final int HEXADECIMAL = 16;

  /**
   * Reads the form that {@link #toString} writes.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Lsn parse(String text) {
    var halves = TEXT.matcher(text);
    if (!halves.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no place in the log; one looks like 0/16B3748".formatted(text));
    }
    var upper = Long.parseLong(halves.group(1), HEXADECIMAL);
    var lower = Long.parseLong(halves.group(2), HEXADECIMAL);
    return new Lsn(upper << HALF_BITS | lower);
  }

  public boolean isAfter(Lsn other) {
    return compareTo(other) > 0;
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return "%X/%X".formatted(value >>> HALF_BITS, value & 0xffff_ffffL);
  }
}
