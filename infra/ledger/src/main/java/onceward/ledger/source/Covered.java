package onceward.ledger.source;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the relays of an outbox say that they have published.
 *
 * @param topicIds the topics to which it publishes, by name
 * @param hours by hour, and by kind of aggregate
 * @param since when the first message was made that was counted; empty if a relay does not say so
 */
public record Covered(
    Map<String, String> topicIds, Map<Long, Map<String, Sum>> hours, Optional<Instant> since) {

  /** No topic has that id, so nothing that was published there is proven. */
  private static final String DIFFERS = "";

  /**
   * What two relays have published that share an outbox. A topic of which they do not say the same
   * id is none that can be looked up.
   */
  Covered plus(Covered other) {
    var ids = new HashMap<>(topicIds);
    other.topicIds.forEach(
        (topic, id) -> ids.merge(topic, id, (one, another) -> one.equals(another) ? one : DIFFERS));
    var sums = new HashMap<Long, Map<String, Sum>>();
    Stream.of(this, other)
        .flatMap(covered -> covered.hours.entrySet().stream())
        .forEach(hour -> {
          var kinds = sums.computeIfAbsent(hour.getKey(), _ -> new HashMap<>());
          hour.getValue().forEach((kind, sum) -> kinds.merge(kind, sum, Sum::plus));
        });
    return new Covered(
        ids,
        sums,
        Stream.of(since, other.since).flatMap(Optional::stream).max(Comparator.naturalOrder()));
  }
}
