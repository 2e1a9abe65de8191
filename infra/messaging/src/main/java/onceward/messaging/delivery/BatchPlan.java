package onceward.messaging.delivery;

import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Slices the records of one partition into transactions: as many records as possible in one
 * transaction, a record that failed in a transaction of its own. Pure and immutable.
 *
 * @param slices the transactions that are left, in the order of the records; none is empty
 */
record BatchPlan(List<Slice> slices) {

  /** How the records of a slice are handled. */
  enum How {
    /** All records in one transaction. */
    TOGETHER,
    /** One record, whose failure decides what becomes of the record. */
    ALONE,
    /** As {@link #ALONE}, and noted before, for the record may kill the process. */
    MARKED
  }

  /** Records that are handled in one transaction. */
  record Slice(How how, List<ConsumerRecord<byte[], byte[]>> records) {

    ConsumerRecord<byte[], byte[]> first() {
      return records.getFirst();
    }
  }

  /** All records in one transaction. */
  static BatchPlan together(List<ConsumerRecord<byte[], byte[]>> records) {
    return of(Stream.of(new Slice(How.TOGETHER, records)));
  }

  /** The first record failed before. The record is tried again without taking others along. */
  static BatchPlan firstAlone(List<ConsumerRecord<byte[], byte[]>> records) {
    return of(isolate(records, 0));
  }

  /** The record at this offset, or one behind it, may have killed the process before. */
  static BatchPlan suspecting(List<ConsumerRecord<byte[], byte[]>> records, long offset) {
    var suspect = indexOf(offset, records);
    return of(
        Stream.concat(
            Stream.of(new Slice(How.TOGETHER, records.subList(0, suspect))),
            each(How.MARKED, records.subList(suspect, records.size()))));
  }

  boolean isDone() {
    return slices.isEmpty();
  }

  Slice first() {
    return slices.getFirst();
  }

  /** The first slice is done with. */
  BatchPlan rest() {
    return new BatchPlan(slices.subList(1, slices.size()));
  }

  /**
   * The first slice failed at this offset: what lies before goes together, the record alone, and
   * what lies behind together again.
   */
  BatchPlan isolating(long offset) {
    var failed = first().records();
    return followedByRest(isolate(failed, indexOf(offset, failed)));
  }

  /** The first slice failed, and no record is to blame more than another. */
  BatchPlan oneByOne() {
    return followedByRest(each(How.ALONE, first().records()));
  }

  private BatchPlan followedByRest(Stream<Slice> instead) {
    return of(Stream.concat(instead, rest().slices().stream()));
  }

  private static BatchPlan of(Stream<Slice> slices) {
    return new BatchPlan(slices.filter(slice -> !slice.records().isEmpty()).toList());
  }

  private static Stream<Slice> isolate(List<ConsumerRecord<byte[], byte[]>> records, int index) {
    return Stream.of(
        new Slice(How.TOGETHER, records.subList(0, index)),
        new Slice(How.ALONE, records.subList(index, index + 1)),
        new Slice(How.TOGETHER, records.subList(index + 1, records.size())));
  }

  private static Stream<Slice> each(How how, List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().map(record -> new Slice(how, List.of(record)));
  }

  private static int indexOf(long offset, List<ConsumerRecord<byte[], byte[]>> records) {
    var index = 0;
    while (index < records.size() && records.get(index).offset() < offset) {
      index++;
    }
    return index;
  }
}
