package onceward.messaging.offsets;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a topic keeps a record at most, so that the record can come again. Kafka deletes whole
 * segments, when their newest record is old enough, and never the segment that it writes to.
 *
 * @param kept the time for which a segment is written, and then kept; null if records stay for
 *     ever, because the topic has no limit or is compacted
 */
public record TopicRetention(@Nullable Duration kept) {

  /**
   * By the settings of the topic. A limit by size is left out: it is reached sooner or later.
   *
   * @param policy {@code cleanup.policy}
   * @param retentionMs {@code retention.ms}; negative for no limit
   * @param segmentMs {@code segment.ms}
   */
  static TopicRetention of(String policy, long retentionMs, long segmentMs) {
    var forEver = retentionMs < 0 || policy.contains("compact");
    return new TopicRetention(
        forEver ? null : Duration.ofMillis(retentionMs).plus(Duration.ofMillis(segmentMs)));
  }
}
