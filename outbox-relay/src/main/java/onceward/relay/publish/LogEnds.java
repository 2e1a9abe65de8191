package onceward.relay.publish;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;

/**
 * Where the partitions ended to which a pipeline has published, from one of its producers to the
 * next. Lives as long as the process: after a restart nothing is known. Bounded. Safe for use by
 * many threads.
 */
public final class LogEnds {

  /** Ends of further partitions are known to their producer alone; each takes some 100 bytes. */
  private static final int PARTITIONS_MAX = 20_000;

  /** The offset that was acknowledged last; every producer of the partition notes it there. */
  private final Map<TopicPartition, AtomicLong> last = new HashMap<>();

  private final Map<String, String> ids = new HashMap<>();

  /** Of a partition to which a producer is about to send for the first time. */
  synchronized LogEnd of(String topic, int partition) {
    var one = new TopicPartition(topic, partition);
    var known = last.get(one);
    if (known == null) {
      known = new AtomicLong(LogEnd.UNKNOWN);
      if (last.size() < PARTITIONS_MAX) {
        last.put(one, known);
      }
    }
    return new LogEnd(this, known);
  }

  /** A topic that was deleted and made anew has another id, and begins anew. */
  synchronized void seen(String topic, String id) {
    if (!id.equals(ids.get(topic))) {
      last.keySet().removeIf(one -> one.topic().equals(topic));
      if (ids.size() < PARTITIONS_MAX) {
        ids.put(topic, id);
      }
    }
  }

  /** One stop is for all partitions that Kafka has cut at that time. */
  synchronized void forgetAll() {
    last.clear();
  }
}
