package onceward.ledger.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import onceward.ledger.source.Catalog;
import onceward.ledger.source.Ids;
import onceward.ledger.source.Names;
import onceward.ledger.source.Partitions;
import onceward.ledger.source.Published;
import onceward.ledger.source.Scope;
import onceward.ledger.source.Topics;

/**
 * What holds for all messages: how far everybody is, and how far back everything is kept.
 *
 * @param topicSuffix what topics have behind the kind of aggregate
 * @param topics those that were read, by the number of the name
 * @param relayIsPast by the number of a database, whether its relay has confirmed all rows that are
 *     compared, or will never come
 * @param outboxFrom before this, an outbox had dropped rows when the comparison began
 * @param lost by the number of a topic, whose rows were lost with an earlier database
 */
record Facts(
    Names names,
    Scope scope,
    String topicSuffix,
    Map<Integer, TopicFacts> topics,
    Map<Integer, Boolean> relayIsPast,
    Optional<Instant> outboxFrom,
    Map<Integer, LostRows> lost,
    List<ConsumerFacts> consumers) {

  /**
   * The records of a topic whose rows were lost with the database that held the outbox.
   *
   * @param offsets by partition
   * @param notedAt messages that were appended later have rows
   */
  record LostRows(Map<Integer, Offsets> offsets, Instant notedAt) {

    /** From an offset on, and before another one. */
    record Offsets(long from, long before) {

      private Offsets and(Offsets other) {
        return new Offsets(Math.min(from, other.from), Math.max(before, other.before));
      }

      private boolean has(long offset) {
        return offset >= from && offset < before;
      }
    }

    /**
     * By the number of a topic.
     *
     * @param topicIds by name: what was lost of a topic that was deleted since says nothing of
     *     another one of its name
     */
    static Map<Integer, LostRows> of(
        List<Catalog.Lost> lost, Map<String, String> topicIds, Names names) {
      var topics = new HashMap<Integer, LostRows>();
      for (var one : lost) {
        if (one.topicId().isEmpty() || one.topicId().get().equals(topicIds.get(one.topic()))) {
          topics.merge(
              names.number(one.topic()),
              new LostRows(
                  Map.of(one.partition(), new Offsets(one.from(), one.before())), one.notedAt()),
              LostRows::and);
        }
      }
      return topics;
    }

    private LostRows and(LostRows other) {
      var both = new HashMap<>(offsets);
      other.offsets.forEach((partition, more) -> both.merge(partition, more, Offsets::and));
      return new LostRows(both, notedAt.isAfter(other.notedAt) ? notedAt : other.notedAt);
    }

    private boolean has(Published record) {
      var lost = offsets.get(record.partition());
      return lost != null && lost.has(record.offset());
    }
  }

  /** Whether the row of this record was lost. */
  boolean isLost(Published record) {
    var rows = lost.get(record.topic());
    return rows != null && rows.has(record);
  }

  /**
   * Whether a message that the consumer has handled, and of which there is neither row nor record,
   * may have had both: its row was lost, and Kafka may have deleted its record by age.
   */
  boolean mayHaveBeen(UUID id, int consumer) {
    return consumers.stream()
        .filter(one -> one.consumer() == consumer)
        .anyMatch(one -> wasBeforeLoss(id, one.topic()) && mayHaveExpired(id, one.topic()));
  }

  private boolean wasBeforeLoss(UUID id, int topic) {
    var rows = lost.get(topic);
    return rows != null && Ids.time(id).map(time -> time.isBefore(rows.notedAt())).orElse(false);
  }

  private boolean mayHaveExpired(UUID id, int topic) {
    var read = topics.get(topic);
    return read != null && read.mayHaveExpired(id);
  }

  /**
   * A topic that was read.
   *
   * @param keptFrom by partition, before when a message was made whose record Kafka may have
   *     deleted by age: clocks may differ; none for partitions that have all they ever had
   * @param begun by partition, when the first record was published of those that have all they ever
   *     had and were read from there; in the far future if there is none
   * @param emptied the partitions of which no record is left: an operator may have deleted them
   * @param withheld the partitions of which the end cannot be read, for a transaction is open there
   * @param keeps how long Kafka keeps a record at least; empty if nobody can tell, or if it has
   *     deleted none
   */
  record TopicFacts(
      int partitions,
      Map<Integer, Instant> keptFrom,
      Map<Integer, Instant> begun,
      Set<Integer> emptied,
      Set<Integer> withheld,
      Optional<Duration> keeps) {

    /** Whether a key has that partition now. */
    boolean isPartitionOf(int keyHash, int partition) {
      return Partitions.of(keyHash, partitions) == partition;
    }

    /** Whether nothing shows what the partition of a key has had. */
    boolean isEmptied(int keyHash) {
      return emptied.contains(Partitions.of(keyHash, partitions));
    }

    /** Whether the record of a message may be there without anybody being given it. */
    boolean mayBeWithheld(int keyHash) {
      return withheld.contains(Partitions.of(keyHash, partitions));
    }

    /** Whether Kafka may have deleted the record of a message of whatever key, by age. */
    boolean mayHaveExpired(UUID id) {
      return keptFrom.values().stream()
          .anyMatch(from -> Ids.time(id).map(time -> time.isBefore(from)).orElse(true));
    }

    /**
     * Whether Kafka may have deleted the record of a message, by age. What is older than the first
     * record of its partition may have been in another one, before this one was added.
     */
    boolean mayHaveExpired(int keyHash, UUID id) {
      var partition = Partitions.of(keyHash, partitions);
      var from = keptFrom.get(partition);
      if (from != null) {
        return Ids.time(id).map(time -> time.isBefore(from)).orElse(true);
      }
      var first = begun.getOrDefault(partition, Instant.MIN);
      return Ids.time(id).map(time -> time.isBefore(first)).orElse(false) && mayHaveExpired(id);
    }
  }

  /**
   * A consumer of a topic.
   *
   * @param since by the number of a type, since when it handles that
   * @param beganAt when it ran for the first time; empty if nobody has noted that
   * @param passed by partition, the offset that it has committed
   * @param inboxFrom below this id, it has forgotten what it handled
   */
  record ConsumerFacts(
      int consumer,
      int topic,
      Map<Integer, Optional<Instant>> since,
      Optional<Instant> beganAt,
      Map<Integer, Long> passed,
      UUID inboxFrom) {

    boolean handles(int type, UUID id) {
      var from = since.get(type);
      return from != null
          && (from.isEmpty() || Ids.time(id).map(time -> !time.isBefore(from.get())).orElse(false));
    }

    /**
     * Whether the record of a message may have been deleted before the consumer ran for the first
     * time.
     */
    boolean mayHaveBegunTooLate(UUID id, TopicFacts read) {
      var deletedBefore =
          beganAt.map(began ->
              began.minus(read.keeps().orElse(Duration.ZERO)).plus(Topics.CLOCKS_DIFFER_MAX));
      return deletedBefore.isPresent()
          && Ids.time(id).map(time -> time.isBefore(deletedBefore.get())).orElse(false);
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
}
