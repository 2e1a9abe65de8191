package onceward.messaging.polling;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.messaging.offsets.Brokers;
import onceward.messaging.offsets.PartitionLog;
import onceward.messaging.offsets.TopicRetention;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Brokers that hold what a test says. */
final class FakeBrokers implements Brokers {

  final Map<Integer, PartitionLog> logs = new ConcurrentHashMap<>();
  final Map<TopicPartition, OffsetAndMetadata> committed = new ConcurrentHashMap<>();
  final Map<Integer, Long> openTransactions = new ConcurrentHashMap<>();
  final AtomicInteger askedForTransactions = new AtomicInteger();
  volatile UUID topicId = new UUID(0, 1);
  volatile boolean away;

  void log(int partition, long start, long end) {
    logs.put(partition, new PartitionLog(topicId, start, end));
  }

  @Override
  public Optional<UUID> topicId(String topic) {
    answer();
    return Optional.of(topicId);
  }

  @Override
  public Map<Integer, PartitionLog> logs(String topic) {
    answer();
    return new HashMap<>(logs);
  }

  @Override
  public Map<Integer, Long> openTransactions(String topic) {
    answer();
    askedForTransactions.incrementAndGet();
    return new HashMap<>(openTransactions);
  }

  @Override
  public TopicRetention retention(String topic) {
    answer();
    return new TopicRetention(null);
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> committed(String group) {
    answer();
    return new HashMap<>(committed);
  }

  @Override
  public boolean hasInstance(String group, String instance) {
    answer();
    return false;
  }

  private void answer() {
    if (away) {
      throw new TimeoutException("away");
    }
  }

  @Override
  public void close() {}
}
