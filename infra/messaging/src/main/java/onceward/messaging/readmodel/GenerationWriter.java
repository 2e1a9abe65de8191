package onceward.messaging.readmodel;

import java.util.List;

/**
 * Stores entries of a read model in one of its tables, in the open transaction.
 *
 * <p>An entry that is older than the one in the table must change nothing: the entry carries the
 * version of its aggregate, and the row keeps it. A row that is deleted forgets its version, so
 * keep a row for what is gone. Then the same messages leave the same table, in whichever order they
 * come.
 *
 * @param <E> what a message says of the read model
 */
@FunctionalInterface
public interface GenerationWriter<E> {

  /**
   * Stores the entries.
   *
   * @param generation the table to write to
   * @param entries one or more; several may be of one aggregate
   * @throws Exception when they cannot be stored now
   */
  void write(Generation generation, List<E> entries) throws Exception;
}
