package onceward.messaging.polling;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import onceward.messaging.delivery.MessagingConfiguration;
import onceward.messaging.delivery.PartitionDelivery;
import onceward.messaging.delivery.RetryWait;
import onceward.messaging.offsets.Brokers;
import onceward.messaging.offsets.Loss;
import onceward.messaging.offsets.PartitionMemory;
import onceward.messaging.subscription.Subscription;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls, delivers and commits for one subscription. Records of a partition are handled in their
 * order; the offset is committed after the database, so a crash between the two repeats messages
 * and never loses one. A partition that is held back is paused and tried again; others flow.
 *
 * <p>{@link #step} belongs to one thread; any thread may call {@link #progress}.
 */
final class MessageConsumer implements ConsumerRebalanceListener {

  private static final Logger log = LoggerFactory.getLogger(MessageConsumer.class);
  private static final Duration IDLE_POLL = Duration.ofSeconds(1);
  private static final ThreadFactory VIRTUAL = Thread.ofVirtual().name("handle ", 0).factory();

  private final Subscription subscription;
  private final Supplier<PartitionDelivery> newDelivery;
  private final MessagingConfiguration messaging;
  private final Consumer<byte[], byte[]> kafka;
  private final GroupOwner owner;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final String remedy;
  private final Progress progress;
  private final StartingPoints startingPoints;
  private final PartitionWatch watch;
  private final Map<TopicPartition, PolledPartition> partitions = new HashMap<>();

  private @Nullable UUID topicId;
  private @Nullable ForeignGroupException refusal;

  MessageConsumer(
      Subscription subscription,
      Supplier<PartitionDelivery> newDelivery,
      MessagingConfiguration messaging,
      Consumer<byte[], byte[]> kafka,
      Brokers brokers,
      PartitionMemory memory,
      GroupOwner owner,
      Clock clock,
      LongSupplier nanoTime) {
    this.subscription = subscription;
    this.newDelivery = newDelivery;
    this.messaging = messaging;
    this.kafka = kafka;
    this.owner = owner;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.remedy =
        "Read infra/docs/runbook/records-gone.md first; then the consumer goes on with: infra/onceward messaging accept %s %s"
            .formatted(subscription.consumer(), subscription.topic());
    this.progress = new Progress(messaging.sessionTimeout(), remedy, nanoTime);
    this.startingPoints =
        new StartingPoints(
            subscription, kafka, brokers, memory, owner, messaging.stopIfDatabaseRewound());
    this.watch = new PartitionWatch(subscription, brokers, memory, owner, nanoTime);
  }

  void subscribe() {
    kafka.subscribe(List.of(subscription.topic()), this);
  }

  /**
   * Polls once, handles what came, and commits the offsets of what was handled.
   *
   * @throws ForeignGroupException if another service is in the group
   */
  void step() {
    lookAfterPartitions();
    resumeWhatIsDue();
    var records = poll();
    refuse();
    deliver(records);
    takeNoted();
    commit();
    progress.stepped(kafka.metrics(), reports());
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    try {
      return kafka.poll(untilNextIsDue());
    } catch (LogTruncationException cut) {
      cut.offsetOutOfRangePartitions().forEach((partition, at) -> stop(cut, partition, at));
    } catch (OffsetOutOfRangeException outside) {
      decide(outside.partitions(), outside.offsetOutOfRangePartitions());
    } catch (NoOffsetForPartitionException unknown) {
      decide(unknown.partitions(), Map.of());
    }
    return ConsumerRecords.empty();
  }

  private void refuse() {
    if (refusal != null) {
      throw refusal;
    }
  }

  /** How the consumer gets on. */
  Progress progress() {
    return progress;
  }

  private PolledPartition at(TopicPartition partition) {
    return partitions.computeIfAbsent(
        partition,
        _ ->
            new PolledPartition(
                subscription, partition, kafka, newDelivery, owner, messaging, clock, nanoTime));
  }

  /**
   * Delivers partitions side by side, as many as may be at once. Settles every partition when all
   * are done, also one whose delivery ended in an error that nobody foresaw.
   */
  private void deliver(ConsumerRecords<byte[], byte[]> records) {
    try (var threads = Executors.newFixedThreadPool(messaging.partitionsAtOnceMax(), VIRTUAL)) {
      for (var partition : records.partitions()) {
        var polled = at(partition);
        polled.take(records.records(partition), records.nextOffsets().get(partition));
        threads.execute(polled::deliver);
      }
    }
    records.partitions().forEach(partition -> at(partition).settle());
    records
        .nextOffsets()
        .forEach((partition, position) -> {
          if (records.records(partition).isEmpty()) {
            at(partition).passed(position);
          }
        });
  }

  private void takeNoted() {
    var noted = watch.noted();
    partitions.forEach((partition, polled) -> {
      var next = noted.get(partition.partition());
      if (next != null) {
        polled.noted(next);
      }
    });
  }

  private void lookAfterPartitions() {
    var again = new HashSet<>(watch.changed());
    again.addAll(those(PolledPartition::isDecisionDue));
    again.retainAll(kafka.assignment());
    if (!again.isEmpty()) {
      decide(again, Map.of());
      refuse();
      // Where an operator lets a partition go on must outlive the process, whatever comes next.
      commit();
    }
    var stopped = those(PolledPartition::isStopped);
    var topic = topicId;
    if (topic != null && watch.isDue(!stopped.isEmpty())) {
      watch.look(
          new PartitionWatch.Known(
              topic,
              Set.copyOf(kafka.assignment()),
              stopped,
              offsets(PolledPartition::committed),
              offsets(PolledPartition::noted)));
    }
  }

  private Set<TopicPartition> those(Predicate<PolledPartition> wanted) {
    return partitions.entrySet().stream()
        .filter(partition -> wanted.test(partition.getValue()))
        .map(Map.Entry::getKey)
        .collect(toSet());
  }

  private Map<Integer, Long> offsets(Function<PolledPartition, Optional<Long>> wanted) {
    var offsets = new HashMap<Integer, Long>();
    partitions.forEach((partition, polled) ->
        wanted.apply(polled).ifPresent(offset -> offsets.put(partition.partition(), offset)));
    return offsets;
  }

  /** Decides where these partitions go on. No record of them is read before that. */
  private void decide(Collection<TopicPartition> ofThese, Map<TopicPartition, Long> reached) {
    kafka.pause(ofThese);
    try {
      var found = startingPoints.find(ofThese, reached);
      topicId = found.topicId();
      watch.decided();
      found
          .starts()
          .forEach((partition, start) ->
              at(partition)
                  .decided(
                      start,
                      found.committed().get(partition),
                      found.noted().get(partition),
                      remedy));
    } catch (ForeignGroupException other) {
      // Kept, for Kafka wraps an exception that is thrown while it assigns partitions.
      refusal = other;
    } catch (WakeupException told) {
      throw told;
    } catch (RuntimeException notNow) {
      ofThese.forEach(partition -> at(partition).decideLater(notNow));
    }
  }

  private void stop(LogTruncationException cut, TopicPartition partition, long at) {
    var same = cut.divergentOffsets().get(partition);
    var loss = new Loss(Loss.Cause.LOG_CUT, same == null ? 0 : same.offset(), at);
    kafka.pause(List.of(partition));
    try {
      startingPoints.stop(partition, loss);
      at(partition).stop(loss, remedy);
    } catch (RuntimeException notNow) {
      at(partition).decideLater(notNow);
    }
  }

  private void resumeWhatIsDue() {
    kafka.resume(kafka.paused().stream().filter(partition -> at(partition).mayFlow()).toList());
  }

  /** A partition that flows sets no earlier time: its records end the poll. */
  private Duration untilNextIsDue() {
    return kafka.paused().stream()
        .map(this::at)
        .filter(partition -> !partition.isStopped())
        .map(PolledPartition::dueIn)
        .reduce(IDLE_POLL, RetryWait::min);
  }

  private void commit() {
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    partitions.forEach((partition, polled) ->
        polled.toCommit().ifPresent(offset -> offsets.put(partition, offset)));
    if (offsets.isEmpty()) {
      return;
    }
    try {
      commitSync(offsets);
      offsets.keySet().forEach(partition -> at(partition).wasCommitted());
    } catch (RebalanceInProgressException notNow) {
      log.debug("{} commits its offsets after the rebalance", subscription);
    } catch (CommitFailedException
        | StaleMemberEpochException
        | FencedMemberEpochException overtaken) {
      // The next step commits the offsets of partitions that this consumer still has. The poll
      // before
      // takes away the others, and their next consumer finds the messages in the inbox.
      log.info("{} could not commit its offsets, a rebalance came first", subscription);
    }
  }

  /** Commits before the consumer stops, or its last messages would be delivered again. */
  private void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    try {
      kafka.commitSync(offsets);
    } catch (WakeupException told) {
      kafka.commitSync(offsets);
      throw told;
    }
  }

  private Map<TopicPartition, PartitionReport> reports() {
    return kafka.assignment().stream()
        .collect(
            toMap(
                partition -> partition,
                partition -> at(partition).report(watch.openTransaction(partition))));
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
    // A consumer without an offset asks for one. Until it is decided, any will do: nothing is read.
    kafka.pause(assigned);
    assigned.forEach(partition -> kafka.seek(partition, 0));
    if (!assigned.isEmpty()) {
      decide(assigned, Map.of());
    }
    // Before the group counts as joined, or readiness would be UP until the end of the step.
    progress.stepped(kafka.metrics(), reports());
    if (topicIsThere()) {
      progress.joined(Optional.empty());
    } else {
      progress.joined(Optional.of("there is no topic " + subscription.topic()));
      log.warn("{} waits: there is no such topic, create it", subscription);
    }
  }

  /** A consumer joins its group without the topic too, and then has nothing to read. */
  private boolean topicIsThere() {
    return !kafka.assignment().isEmpty() || !kafka.partitionsFor(subscription.topic()).isEmpty();
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    // Called from poll, when no record is in hand: what was handled only has to be committed.
    commit();
    partitions.keySet().removeAll(revoked);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> lost) {
    partitions.keySet().removeAll(lost);
    progress.joined(Optional.of("has lost its partitions and joins again"));
  }
}
