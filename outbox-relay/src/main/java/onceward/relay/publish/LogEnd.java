package onceward.relay.publish;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Where a partition ended when a producer last heard of it. A record that is taken before that
 * place shows that Kafka has lost records that it had acknowledged: it was restored from an older
 * copy, or a broker that was behind became the leader. For one thread.
 */
final class LogEnd {

  static final long UNKNOWN = -1;

  private final LogEnds ends;

  /** For the next producer. */
  private final AtomicLong noted;

  private long last;

  /**
   * @param noted the offset of a record that was acknowledged before this producer sends, or {@link
   *     #UNKNOWN}
   */
  LogEnd(LogEnds ends, AtomicLong noted) {
    this.ends = ends;
    this.noted = noted;
    this.last = noted.get();
  }

  /**
   * Notes where a record was taken. Answers come in the order of the log.
   *
   * @param taken null, or without an offset, if Kafka did not say
   * @return why the pipeline must stop, if records were lost; empty otherwise
   */
  Optional<Stop> lost(@Nullable RecordMetadata taken) {
    if (taken == null || !taken.hasOffset()) {
      return Optional.empty();
    }
    var before = last;
    last = taken.offset();
    if (last > before) {
      noted.setRelease(last);
      return Optional.empty();
    }
    ends.forgetAll();
    return Optional.of(
        new Stop(
            StopReason.TOPIC_CUT,
            "partition %d of topic %s had a record at offset %d, and took a later one at %d: Kafka has lost what it had acknowledged; it was restored from an older copy, or lost a broker"
                .formatted(taken.partition(), taken.topic(), before, last),
            "see infra/docs/runbook/topic-cut.md"));
  }
}
