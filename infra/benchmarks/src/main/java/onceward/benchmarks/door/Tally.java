package onceward.benchmarks.door;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import onceward.benchmarks.Latency;

/** How calls ended, and how long they took. Thread-safe. */
final class Tally {

  private final Map<String, LongAdder> ends = new ConcurrentHashMap<>();
  private final Latency latency = new Latency();

  /** One call: its status or why it had none, and its time. */
  void add(String end, long nanos) {
    ends.computeIfAbsent(end, _ -> new LongAdder()).increment();
    synchronized (latency) {
      latency.add(nanos);
    }
  }

  /** How many calls ended in each way. */
  Map<String, Long> ends() {
    var counts = new TreeMap<String, Long>();
    ends.forEach((end, count) -> counts.put(end, count.sum()));
    return counts;
  }

  /** The time that this percentage of all calls did not exceed, in milliseconds. */
  double ms(double percentile) {
    synchronized (latency) {
      return latency.ms(percentile);
    }
  }
}
