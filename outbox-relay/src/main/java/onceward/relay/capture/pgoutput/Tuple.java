package onceward.relay.capture.pgoutput;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row as they came, in their text form, in UTF-8. Nothing of a value is looked at
 * before it is asked for.
 */
final class Tuple {

  /** In place of a length: there is no value, or none was sent because it did not change. */
  private static final int ABSENT = -1;

  private final byte[] bytes;
  private final int[] starts;
  private final int[] lengths;

  private Tuple(byte[] bytes, int[] starts, int[] lengths) {
    this.bytes = bytes;
    this.starts = starts;
    this.lengths = lengths;
  }

  /** Finds the values, and leaves the buffer behind the last. */
  static Tuple read(ByteBuffer from) {
    var count = from.getShort();
    var starts = new int[count];
    var lengths = new int[count];
    for (var column = 0; column < count; column++) {
      var kind = from.get();
      lengths[column] =
          switch (kind) {
            case 'n', 'u' -> ABSENT;
            case 't' -> from.getInt();
            default ->
                throw new IllegalStateException(
                    "PostgreSQL sent a value in the form '%c', which was not asked for"
                        .formatted((char) kind));
          };
      starts[column] = from.arrayOffset() + from.position();
      from.position(from.position() + Math.max(lengths[column], 0));
    }
    return new Tuple(from.array(), starts, lengths);
  }

  /** The value of a column; null if there is none, or it did not change and was not sent. */
  @Nullable String text(int column) {
    return column >= lengths.length || lengths[column] == ABSENT
        ? null
        : new String(bytes, starts[column], lengths[column], UTF_8);
  }
}
