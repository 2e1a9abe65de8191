package onceward.messaging.polling;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import onceward.messaging.offsets.Loss;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;

/**
 * Says whether a consumer gets on, and if not, why. Written by the consumer's thread, read by any.
 *
 * <p>A consumer that hangs cannot say so. Its last step is long ago, which is how it is noticed.
 */
final class Progress {

  /** The bound within which a stall must be visible; handling one poll may take less than this. */
  private static final Duration STEP_MAX = Duration.ofSeconds(25);

  private static final String HEARTBEAT = "last-heartbeat-seconds-ago";

  private final Duration sessionTimeout;
  private final String remedy;
  private final LongSupplier nanoTime;

  /** By {@link #nanoTime}: the wall clock may be set. */
  private volatile long lastStep;

  private volatile double heartbeatSecondsAgo;
  private volatile Optional<String> notJoined = Optional.of("has not joined its group yet");
  private volatile SortedMap<String, PartitionReport> positions = new TreeMap<>();

  /**
   * Before the first step.
   *
   * @param sessionTimeout how long Kafka may be silent
   * @param remedy what to do about partitions that are stopped
   */
  Progress(Duration sessionTimeout, String remedy, LongSupplier nanoTime) {
    this.sessionTimeout = sessionTimeout;
    this.remedy = remedy;
    this.nanoTime = nanoTime;
    this.lastStep = nanoTime.getAsLong();
  }

  void stepped(
      Map<MetricName, ? extends Metric> metrics, Map<TopicPartition, PartitionReport> byPartition) {
    lastStep = nanoTime.getAsLong();
    heartbeatSecondsAgo =
        metrics.entrySet().stream()
            .filter(metric -> metric.getKey().name().equals(HEARTBEAT))
            .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
            .max()
            .orElse(0);
    var byName = new TreeMap<String, PartitionReport>();
    byPartition.forEach((partition, position) -> byName.put(partition.toString(), position));
    positions = byName;
  }

  /** The group has been joined; empty if messages can flow now, or why not. */
  void joined(Optional<String> butNot) {
    notJoined = butNot;
  }

  /** How the consumer gets on in each partition that it has been assigned, by name. */
  SortedMap<String, PartitionReport> positions() {
    return positions;
  }

  /** Why messages do not flow, or empty if they do. */
  Optional<String> trouble() {
    var idle = Duration.ofNanos(nanoTime.getAsLong() - lastStep);
    if (idle.compareTo(STEP_MAX) > 0) {
      return Optional.of("hangs: its last step was " + idle.toSeconds() + " s ago");
    }
    if (heartbeatSecondsAgo > sessionTimeout.toSeconds()) {
      return Optional.of("has not heard from Kafka for %.0f s".formatted(heartbeatSecondsAgo));
    }
    return notJoined.or(this::ofPartitions);
  }

  /** Of partitions that stopped for one cause, only the first says all. */
  private Optional<String> ofPartitions() {
    var sentences = new ArrayList<String>();
    var likewise = new EnumMap<Loss.Cause, List<String>>(Loss.Cause.class);
    positions.forEach((name, report) -> {
      var others = report.stopped().map(loss -> likewise.get(loss.cause()));
      if (others.isPresent()) {
        others.get().add(name);
        return;
      }
      report.stopped().ifPresent(loss -> likewise.put(loss.cause(), new ArrayList<>()));
      report.trouble().ifPresent(trouble -> sentences.add(name + " " + trouble));
    });
    if (sentences.isEmpty()) {
      return Optional.empty();
    }
    likewise.forEach((cause, names) -> {
      if (!names.isEmpty()) {
        sentences.add("stopped too (%s): %s".formatted(cause.text(), String.join(", ", names)));
      }
    });
    var troubles = String.join("; ", sentences);
    return Optional.of(likewise.isEmpty() ? troubles : troubles + ". " + remedy);
  }
}
