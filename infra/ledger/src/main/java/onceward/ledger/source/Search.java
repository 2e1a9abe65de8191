package onceward.ledger.source;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import onceward.messaging.MessageRecords;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds a message in a partition without reading all of it. Messages are published about in the
 * order in which they were made, however late: so the place is found by halving, and read around.
 */
final class Search {

  /** How far apart messages may be that are published in the other order. */
  private static final Duration DISORDER_MAX = Duration.ofSeconds(60);

  /** How far the clocks of a database and of a relay may differ. */
  private static final Duration CLOCKS_DIFFER_MAX = Duration.ofSeconds(10);

  private static final Duration POLL = Duration.ofMillis(500);
  private static final int EMPTY_POLLS_MAX = 4;
  private static final long READ_AROUND_MAX = 500_000;

  /** Below this, reading is faster than halving. */
  private static final long HALVE_MIN = 500;

  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final long end;

  Search(Consumer<byte[], byte[]> consumer, TopicPartition partition, long end) {
    this.consumer = consumer;
    this.partition = partition;
    this.end = end;
  }

  /**
   * What was come upon.
   *
   * @param records of the message; more than one if it was published again soon after
   * @param isToEnd whether the partition has no more of them
   */
  record Result(List<ConsumerRecord<byte[], byte[]>> records, boolean isToEnd) {}

  /** Looks where messages are that were made when that message was. */
  Result find(UUID id) {
    var time = Ids.time(id);
    var last = time.map(made -> made.plus(DISORDER_MAX)).orElse(Instant.MAX);
    return read(
        id,
        time.map(this::start).orElseGet(this::begin),
        record ->
            MessageRecords.idIn(record)
                .flatMap(Ids::time)
                .map(made -> made.isAfter(last))
                .orElse(false));
  }

  /** Looks where records are that were published up to a minute before that time. */
  Result find(UUID id, Instant published) {
    var last = published.plus(CLOCKS_DIFFER_MAX).toEpochMilli();
    return read(
        id,
        offsetAt(published.minus(DISORDER_MAX).minus(CLOCKS_DIFFER_MAX)),
        record -> record.timestamp() > last);
  }

  private Result read(
      UUID id, long from, Predicate<ConsumerRecord<byte[], byte[]>> isBehindAllOfItsTime) {
    var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    consumer.seek(partition, from);
    var behind = Math.min(end, from + READ_AROUND_MAX);
    var emptyPolls = 0;
    while (consumer.position(partition) < behind && emptyPolls < EMPTY_POLLS_MAX) {
      var records = consumer.poll(POLL).records(partition);
      emptyPolls = records.isEmpty() ? emptyPolls + 1 : 0;
      for (var record : records) {
        if (MessageRecords.idIn(record).filter(id::equals).isPresent()) {
          found.add(record);
        } else if (isBehindAllOfItsTime.test(record)) {
          return new Result(found, false);
        }
      }
      if (!found.isEmpty()) {
        break;
      }
    }
    return new Result(found, consumer.position(partition) >= end);
  }

  /** Not behind the first record that carries a message of that time. */
  private long start(Instant made) {
    var low = offsetAt(made.minus(CLOCKS_DIFFER_MAX));
    var wanted = made.minus(DISORDER_MAX);
    // Most messages are published soon: the place is near, and the far end of the partition no
    // place to begin.
    var step = HALVE_MIN;
    while (low + step < end && isBefore(low + step, wanted)) {
      low += step;
      step *= 2;
    }
    var high = Math.min(end, low + step);
    while (high - low > HALVE_MIN) {
      var middle = low + (high - low) / 2;
      if (isBefore(middle, wanted)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The end if nothing was published since: neither was the message. */
  private long offsetAt(Instant time) {
    var earliest = consumer.offsetsForTimes(Map.of(partition, time.toEpochMilli())).get(partition);
    return earliest == null ? end : earliest.offset();
  }

  private boolean isBefore(long offset, Instant wanted) {
    var at = timeAt(offset);
    return at != null && at.isBefore(wanted);
  }

  private long begin() {
    return consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
  }

  /** When the message at that place was made, or at the first place behind it that has one. */
  private @Nullable Instant timeAt(long offset) {
    consumer.seek(partition, offset);
    for (var record : consumer.poll(POLL).records(partition)) {
      var time = MessageRecords.idIn(record).flatMap(Ids::time);
      if (time.isPresent()) {
        return time.get();
      }
    }
    return null;
  }
}
