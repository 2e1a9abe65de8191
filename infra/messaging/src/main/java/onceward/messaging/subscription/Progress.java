package onceward.messaging.subscription;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether a consumer gets on, and if not, why. Written by the consumer's thread, read by any.
 *
 * <p>A consumer that hangs cannot say so itself; it is noticed by its last step being long ago.
 */
final class Progress {

  /** The bound within which a stall must be visible; handling one poll may take less than this. */
  private static final Duration STEP_MAX = Duration.ofSeconds(25);

  private static final String HEARTBEAT = "last-heartbeat-seconds-ago";

  private final Duration sessionTimeout;
  private volatile Instant lastStep = Instant.now();
  private volatile double heartbeatSecondsAgo;
  private volatile Optional<String> notJoined = Optional.of("has not joined its group yet");
  private volatile String heldBack = "";

  Progress(Duration sessionTimeout) {
    this.sessionTimeout = sessionTimeout;
  }

  void stepped(Map<MetricName, ? extends Metric> metrics) {
    lastStep = Instant.now();
    heartbeatSecondsAgo =
        metrics.entrySet().stream()
            .filter(metric -> metric.getKey().name().equals(HEARTBEAT))
            .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
            .max()
            .orElse(0);
  }

  /** The group has been joined; empty if messages can flow now, or why not. */
  void joined(Optional<String> butNot) {
    notJoined = butNot;
  }

  void heldBack(Map<TopicPartition, HeldBack> partitions) {
    var byName = new TreeMap<String, HeldBack>();
    partitions.forEach((partition, held) -> byName.put(partition.toString(), held));
    heldBack = byName.isEmpty() ? "" : byName.toString();
  }

  /** Why messages do not flow, or empty if they do. */
  Optional<String> trouble() {
    var idle = Duration.between(lastStep, Instant.now());
    if (idle.compareTo(STEP_MAX) > 0) {
      return Optional.of("hangs: its last step was " + idle.toSeconds() + " s ago");
    }
    if (heartbeatSecondsAgo > sessionTimeout.toSeconds()) {
      return Optional.of("has not heard from Kafka for %.0f s".formatted(heartbeatSecondsAgo));
    }
    return notJoined.isPresent() || heldBack.isEmpty() ? notJoined : Optional.of(heldBack);
  }
}
