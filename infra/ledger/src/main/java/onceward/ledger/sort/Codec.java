package onceward.ledger.sort;

import java.nio.ByteBuffer;

/**
 * How entries of one kind are written to disk, in always the same number of bytes.
 *
 * @param <T> an entry, immutable
 */
public interface Codec<T> {

  /** How many bytes an entry takes. */
  int bytes();

  /** Writes so many bytes. */
  void write(T entry, ByteBuffer to);

  /** Reads what {@link #write} has written. */
  T read(ByteBuffer from);
}
