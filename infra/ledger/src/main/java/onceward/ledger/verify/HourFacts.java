package onceward.ledger.verify;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import onceward.ledger.source.Covered;
import onceward.ledger.source.Hours.HourSum;
import onceward.ledger.source.Subscribed;
import onceward.ledger.source.Sum;
import org.apache.kafka.common.TopicPartition;

/**
 * What is known of hours without reading a message.
 *
 * @param topicSuffix what topics have behind the kind of aggregate
 * @param topicIds the topics there are now, by name
 * @param ends where topics ended when it was known what relays had counted, and before anybody was
 *     asked anything else
 * @param keptFrom by topic, from when on it has all records; none for topics that have all they
 *     ever had
 */
record HourFacts(
    List<OutboxHours> outboxes,
    List<ConsumerHours> consumers,
    String topicSuffix,
    Map<String, String> topicIds,
    Map<TopicPartition, Long> ends,
    Map<String, Instant> keptFrom) {

  /**
   * An outbox, and what its relay says.
   *
   * @param rows by hour
   * @param covered by the relay
   */
  record OutboxHours(String database, Map<Long, List<Rows>> rows, Covered covered) {

    List<Rows> rowsOf(long hour) {
      return rows.getOrDefault(hour, List.of());
    }

    /** The rows of an hour by kind of aggregate. */
    Map<String, Sum> kindsOf(long hour) {
      var kinds = new HashMap<String, Sum>();
      rowsOf(hour).forEach(one -> kinds.merge(one.kind, one.sum, Sum::plus));
      return kinds;
    }
  }

  /**
   * The rows of an hour that are of one kind and type.
   *
   * @param kind of aggregate
   */
  record Rows(String kind, String type, Sum sum) {

    static Rows of(HourSum sum) {
      return new Rows(sum.of().get(0), sum.of().get(1), sum.sum());
    }
  }

  /**
   * A consumer of one or more topics.
   *
   * @param claims by hour
   * @param setAside hours of messages that it has claimed and not handled
   * @param inboxFrom below this id, it has forgotten what it handled
   */
  record ConsumerHours(
      String consumer,
      List<Subscribed> subscriptions,
      Map<Long, Sum> claims,
      Set<Long> setAside,
      UUID inboxFrom) {}

  /** All hours of which anybody knows a message. */
  Set<Long> hours() {
    var hours = new HashSet<Long>();
    for (var outbox : outboxes) {
      hours.addAll(outbox.rows.keySet());
      hours.addAll(outbox.covered.hours().keySet());
    }
    consumers.forEach(consumer -> hours.addAll(consumer.claims.keySet()));
    return hours;
  }

  /** How many rows an hour has. */
  long messages(long hour) {
    return outboxes.stream()
        .flatMap(outbox -> outbox.rowsOf(hour).stream())
        .mapToLong(rows -> rows.sum.count())
        .sum();
  }

  String topicOf(String kind) {
    return kind + topicSuffix;
  }
}
