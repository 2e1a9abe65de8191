package onceward.benchmarks.relay;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.localstack.process.Waiting;
import onceward.messaging.MessageRecords;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * When each row first came out at the consumer. Noted by one thread; the others only count, until
 * that one has ended.
 */
final class Arrivals {

  private static final long NEVER = Long.MIN_VALUE;
  private static final Duration STALL_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(1);

  private final Rows rows;
  private final long[] nanos;
  private final AtomicInteger arrived = new AtomicInteger();

  Arrivals(Rows rows, int count) {
    this.rows = rows;
    this.nanos = new long[count];
    Arrays.fill(nanos, NEVER);
  }

  /** Notes a record that came out at that moment. */
  void note(ConsumerRecord<byte[], byte[]> record, long moment) {
    var key = String.valueOf(MessageRecords.keyOf(record));
    var version = MessageRecords.versionIn(record).orElseThrow();
    var row = rows.row(key, version);
    // What comes again, or belongs to no row, is for the ledger to tell.
    if (row < nanos.length && nanos[row] == NEVER) {
      nanos[row] = moment;
      arrived.incrementAndGet();
    }
  }

  /** Waits for the first; false when none comes for a minute. */
  boolean awaitFirst() {
    return Waiting.until(() -> arrived.get() > 0, STALL_LIMIT, POLL);
  }

  /** Waits for so many; false as soon as none has come for a minute. */
  boolean await(int count) {
    for (var before = -1; before < arrived.get(); ) {
      before = arrived.get();
      if (Waiting.until(() -> arrived.get() >= count, STALL_LIMIT, POLL)) {
        return true;
      }
    }
    return false;
  }

  /** How many rows have come. */
  int count() {
    return arrived.get();
  }

  boolean has(int row) {
    return nanos[row] != NEVER;
  }

  /** When it came, in {@link System#nanoTime()}. */
  long at(int row) {
    return nanos[row];
  }

  /** When they came, in the order in which they did. */
  long[] moments() {
    return Arrays.stream(nanos).filter(moment -> moment != NEVER).sorted().toArray();
  }

  /** How many came from the one moment to the other. */
  long between(long start, long end) {
    return Arrays.stream(nanos).filter(moment -> moment >= start && moment < end).count();
  }
}
