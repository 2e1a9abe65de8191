package onceward.messaging.polling;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.offsets.Brokers;
import onceward.messaging.offsets.Loss;
import onceward.messaging.offsets.PartitionLog;
import onceward.messaging.offsets.PartitionMemory;
import onceward.messaging.offsets.PartitionMemory.Memory;
import onceward.messaging.offsets.Remembered;
import onceward.messaging.offsets.Start;
import onceward.messaging.subscription.Subscription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out where a consumer may go on in its partitions: compares the offsets that Kafka holds and
 * has committed with the offsets that the database remembers, and writes down the result.
 *
 * <p>Belongs to the consumer's thread. Asks Kafka and the database. If one of them does not answer,
 * throws and has decided nothing.
 */
final class StartingPoints {

  private static final Logger log = LoggerFactory.getLogger(StartingPoints.class);

  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private final Subscription subscription;
  private final Consumer<byte[], byte[]> kafka;
  private final Brokers brokers;
  private final PartitionMemory memory;
  private final GroupOwner owner;
  private final boolean stopsIfRewound;
  private boolean hasSaidWhatItHandles;

  StartingPoints(
      Subscription subscription,
      Consumer<byte[], byte[]> kafka,
      Brokers brokers,
      PartitionMemory memory,
      GroupOwner owner,
      boolean stopsIfRewound) {
    this.subscription = subscription;
    this.kafka = kafka;
    this.brokers = brokers;
    this.memory = memory;
    this.owner = owner;
    this.stopsIfRewound = stopsIfRewound;
  }

  /**
   * Where the consumer may go on.
   *
   * @param topicId Kafka's id of the topic
   * @param starts where the consumer may go on, by partition
   * @param committed what Kafka has committed for these partitions
   * @param noted what the database knows as the next offset, by partition
   */
  record Found(
      UUID topicId,
      Map<TopicPartition, Start> starts,
      Map<TopicPartition, OffsetAndMetadata> committed,
      Map<TopicPartition, Long> noted) {}

  /**
   * Decides for these partitions.
   *
   * @param reached where a running consumer stands in those that it has read before; the others
   *     begin at the committed offset
   * @throws ForeignGroupException if another service commits offsets of this group
   */
  Found find(Collection<TopicPartition> partitions, Map<TopicPartition, Long> reached) {
    var logs = brokers.logs(subscription.topic());
    if (!hasSaidWhatItHandles) {
      memory.handles(subscription.consumer(), subscription.topic(), subscription.types());
      hasSaidWhatItHandles = true;
    }
    // Kafka is asked first. If another member takes over in between and gets on, the database knows
    // more than Kafka said; the other way round it would seem to have forgotten that.
    var committed = committed(partitions);
    var known = memory.read(subscription.consumer(), subscription.topic());
    if (!known.hasBegun()) {
      begin(logs, known, committed(all(logs)));
      known = memory.read(subscription.consumer(), subscription.topic());
    }
    var starts = new HashMap<TopicPartition, Start>();
    var noted = new HashMap<TopicPartition, Long>();
    @Nullable UUID topicId = null;
    for (var partition : partitions) {
      var log = logs.get(partition.partition());
      if (log == null) {
        throw new IllegalStateException("Kafka does not know " + partition);
      }
      topicId = log.topicId();
      var start = decide(partition, log, known, reached.get(partition), committed.get(partition));
      starts.put(partition, start);
      var remembered = known.partitions().get(partition.partition());
      if (start instanceof Start.At at) {
        if (remembered == null || at.anew()) {
          noted.put(partition, at.offset());
        } else if (remembered.topicId() != null) {
          noted.put(partition, remembered.nextOffset());
        }
      }
    }
    if (topicId == null) {
      throw new IllegalStateException("there is no partition to decide for");
    }
    return new Found(topicId, starts, committed, noted);
  }

  /** Notes that the consumer stops in a partition whose log Kafka has cut off. */
  void stop(TopicPartition partition, Loss loss) {
    memory.stop(subscription.consumer(), subscription.topic(), partition.partition(), loss);
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(Collection<TopicPartition> partitions) {
    var committed = new HashMap<TopicPartition, OffsetAndMetadata>();
    kafka
        .committed(new HashSet<>(partitions), ANSWER_MAX)
        .forEach((partition, offset) -> {
          if (offset != null) {
            owner.requireOwn(subscription, offset);
            if (owner.wrote(offset)) {
              committed.put(partition, offset);
            }
          }
        });
    return committed;
  }

  /**
   * The consumer's first start on this topic: all of its partitions are remembered at once, so that
   * one which nobody remembers later is known to be new, and to begin with its first record.
   */
  private void begin(
      Map<Integer, PartitionLog> logs,
      Memory known,
      Map<TopicPartition, OffsetAndMetadata> committed) {
    var nextOffsets = new HashMap<Integer, Long>();
    logs.forEach((number, log) -> {
      var offset = committed.get(new TopicPartition(subscription.topic(), number));
      var before = known.partitions().get(number);
      if (offset != null && noted(offset).isEmpty()) {
        nextOffsets.put(number, offset.offset());
      } else if (before != null) {
        nextOffsets.put(number, before.nextOffset());
      } else {
        // A database that had noted something, and has no row any more, was made anew. It knows of
        // nothing, also if Kafka has deleted what the lost one had handled.
        nextOffsets.put(number, offset == null ? log.start() : 0);
      }
    });
    logs.values().stream()
        .findFirst()
        .ifPresent(log ->
            memory.remember(
                subscription.consumer(), subscription.topic(), log.topicId(), nextOffsets));
  }

  private Start decide(
      TopicPartition partition,
      PartitionLog log,
      Memory known,
      @Nullable Long reached,
      @Nullable OffsetAndMetadata committed) {
    var next = next(reached, committed);
    var number = partition.partition();
    // A partition that was added later: the consumer begins with the first record of all.
    var remembered = known.partitions().getOrDefault(number, new Remembered(log.topicId(), 0));
    var start = Start.decide(log, remembered, next, Optional.ofNullable(known.stops().get(number)));
    var consumer = subscription.consumer();
    switch (start) {
      case Start.Stopped stopped ->
          memory.stop(consumer, partition.topic(), number, stopped.loss());
      case Start.At at when at.anew() ->
          memory.beginAnew(consumer, partition.topic(), number, log.topicId(), at.offset());
      case Start.At at -> {
        next.filter(moved -> at.offset() < moved.offset())
            .ifPresent(moved -> warnOfMove(partition, at, moved));
        if (!known.partitions().containsKey(number)) {
          memory.remember(consumer, partition.topic(), log.topicId(), Map.of(number, at.offset()));
        }
      }
    }
    return start;
  }

  private Set<TopicPartition> all(Map<Integer, PartitionLog> logs) {
    return logs.keySet().stream()
        .map(number -> new TopicPartition(subscription.topic(), number))
        .collect(toMap(partition -> partition, _ -> true))
        .keySet();
  }

  /** What the database knew when this was committed; empty if nobody says, or nobody compares. */
  private OptionalLong noted(OffsetAndMetadata committed) {
    var noted = CommitNote.read(committed.metadata()).noted();
    return noted == null || !stopsIfRewound ? OptionalLong.empty() : OptionalLong.of(noted);
  }

  private Optional<Start.Next> next(@Nullable Long reached, @Nullable OffsetAndMetadata committed) {
    if (reached != null) {
      return Optional.of(Start.Next.reached(reached));
    }
    return Optional.ofNullable(committed)
        .map(offset ->
            new Start.Next(
                offset.offset(), noted(offset), CommitNote.isOfConsumer(offset.metadata())));
  }

  private void warnOfMove(TopicPartition partition, Start.At at, Start.Next moved) {
    log.warn(
        "{} goes on at {}@{}, the next record that its database knows of, and not at {}: no consumer has committed that offset, so somebody has moved the group. Records between the two that are not handled are handled now. To give a message up, discard its dead letter",
        subscription,
        partition,
        at.offset(),
        moved.offset());
  }
}
