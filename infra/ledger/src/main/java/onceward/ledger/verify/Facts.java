package onceward.ledger.verify;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import onceward.ledger.source.Ids;
import onceward.ledger.source.Names;
import onceward.ledger.source.Partitions;
import onceward.ledger.source.Scope;

/**
 * What holds for all messages: how far everybody is, and how far back everything is kept.
 *
 * @param topicSuffix what topics have behind the kind of aggregate
 * @param topics those that were read, by the number of the name
 * @param relayIsPast by the number of a database, whether its relay has confirmed all rows that are
 *     compared, or will never come
 * @param outboxFrom before this, an outbox may have dropped rows
 */
record Facts(
    Names names,
    Scope scope,
    String topicSuffix,
    Map<Integer, TopicFacts> topics,
    Map<Integer, Boolean> relayIsPast,
    Optional<Instant> outboxFrom,
    List<ConsumerFacts> consumers) {

  /**
   * A topic that was read.
   *
   * @param keptFrom by partition, when the first record was published that Kafka still has; none
   *     for partitions that have all they ever had
   */
  record TopicFacts(int partitions, Map<Integer, Instant> keptFrom) {

    /** Whether Kafka may have deleted the record of a message, by age. */
    boolean mayHaveExpired(int keyHash, UUID id) {
      var from = keptFrom.get(Partitions.of(keyHash, partitions));
      return from != null && Ids.time(id).map(time -> time.isBefore(from)).orElse(true);
    }
  }

  /**
   * A consumer of a topic.
   *
   * @param since by the number of a type, since when it handles that
   * @param passed by partition, the offset that it has committed
   * @param inboxFrom below this id, it has forgotten what it handled
   */
  record ConsumerFacts(
      int consumer,
      int topic,
      Map<Integer, Optional<Instant>> since,
      Map<Integer, Long> passed,
      UUID inboxFrom) {

    boolean handles(int type, UUID id) {
      var from = since.get(type);
      return from != null
          && (from.isEmpty() || Ids.time(id).map(time -> !time.isBefore(from.get())).orElse(false));
    }

    boolean remembers(UUID id) {
      return Ids.ORDER.compare(id, inboxFrom) >= 0;
    }
  }

  int topicOf(int aggregateType) {
    return names.number(names.name(aggregateType) + topicSuffix);
  }

  /** Whether the rows of a topic are compared: only those are whose topic was to be read. */
  boolean isMeant(int topic) {
    if (!scope.topics().isEmpty()) {
      return scope.topics().contains(names.name(topic));
    }
    return scope.consumer().isEmpty() || topics.containsKey(topic);
  }

  /** Whether outboxes still have all rows of that time. */
  boolean isOlderThanOutboxes(UUID id) {
    return outboxFrom
        .map(from -> Ids.time(id).map(time -> time.isBefore(from)).orElse(true))
        .orElse(false);
  }
}
