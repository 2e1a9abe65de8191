package onceward.ledger.source;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a consumer says of itself, on one topic.
 *
 * @param since by type, the moment from which it handles messages of that type; empty for those
 *     that it has handled from the topic's first record on
 * @param beganAt when it ran for the first time; empty if nobody has noted that
 * @param nextOffsets by partition, how far it remembers to be
 */
public record Subscribed(
    String consumer,
    String topic,
    Map<String, Optional<Instant>> since,
    Optional<Instant> beganAt,
    Map<Integer, Long> nextOffsets) {

  /** The Kafka consumer group, as the library names it. */
  public String group() {
    return consumer + "." + topic;
  }
}
