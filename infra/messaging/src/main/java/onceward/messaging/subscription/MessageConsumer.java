package onceward.messaging.subscription;

import static java.util.stream.Collectors.toMap;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import onceward.messaging.offsets.Brokers;
import onceward.messaging.offsets.Loss;
import onceward.messaging.offsets.PartitionMemory;
import onceward.messaging.offsets.Start;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
 * One subscription's poll, handle, commit. Records of a partition are handled in their order; the
 * offset is committed after the database, so a crash between the two repeats messages and never
 * loses one. A partition that is held back is paused and tried again; others flow.
 *
 * <p>{@link #step} belongs to one thread; {@link #progress} may be asked by any.
 */
final class MessageConsumer implements ConsumerRebalanceListener {

  private static final Logger log = LoggerFactory.getLogger(MessageConsumer.class);
  private static final Duration IDLE_POLL = Duration.ofSeconds(1);
  private static final ThreadFactory VIRTUAL = Thread.ofVirtual().name("handle ", 0).factory();

  private final Subscription subscription;
  private final Supplier<PartitionDelivery> newPartition;
  private final MessagingConfiguration messaging;
  private final Consumer<byte[], byte[]> kafka;
  private final GroupOwner owner;
  private final Clock clock;
  private final String remedy;
  private final Progress progress;
  private final StartingPoints startingPoints;
  private final PartitionWatch watch;

  private final Map<TopicPartition, PartitionDelivery> partitions = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();
  private final Map<TopicPartition, Long> committed = new HashMap<>();

  /** Partitions whose delivery ended without a result. */
  private final Map<TopicPartition, HeldBack> unsettled = new HashMap<>();

  /** Partitions of which it is not known yet where to go on. */
  private final Map<TopicPartition, HeldBack> undecided = new HashMap<>();

  /** Partitions that are not read: records of theirs are gone. */
  private final Map<TopicPartition, Loss> stopped = new HashMap<>();

  private @Nullable UUID topicId;
  private @Nullable ForeignGroupException refusal;

  MessageConsumer(
      Subscription subscription,
      Supplier<PartitionDelivery> newPartition,
      MessagingConfiguration messaging,
      Consumer<byte[], byte[]> kafka,
      Brokers brokers,
      PartitionMemory memory,
      GroupOwner owner,
      Clock clock) {
    this.subscription = subscription;
    this.newPartition = newPartition;
    this.messaging = messaging;
    this.kafka = kafka;
    this.owner = owner;
    this.clock = clock;
    this.remedy =
        "Publish the missing messages again from the outbox of the service that sent them (infra/docs/runbook/records-gone.md), and go on with: infra/onceward messaging accept %s %s"
            .formatted(subscription.consumer(), subscription.topic());
    this.progress = new Progress(messaging.sessionTimeout(), remedy, clock);
    this.startingPoints = new StartingPoints(subscription, kafka, brokers, memory, owner);
    this.watch = new PartitionWatch(subscription, brokers, memory, owner, clock);
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
    deliver(records).forEach((partition, result) -> settle(partition, result));
    commit();
    progress.stepped(kafka.metrics(), positions());
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

  /** How it gets on. */
  Progress progress() {
    return progress;
  }

  /**
   * What came of the delivery of a partition's records.
   *
   * @param records what was polled; not empty
   * @param next the first offset that has not been delivered; null if nobody can tell
   * @param failure why nobody can tell, as far as even that is known
   */
  private record Result(
      List<ConsumerRecord<byte[], byte[]>> records,
      @Nullable Long next,
      @Nullable Throwable failure) {

    /** The epoch of the last record that has been delivered, by which a cut log is noticed. */
    Optional<Integer> leaderEpoch() {
      return next == null
          ? Optional.empty()
          : records.reversed().stream()
              .filter(record -> record.offset() < next)
              .findFirst()
              .flatMap(ConsumerRecord::leaderEpoch);
    }
  }

  /**
   * Partitions side by side, as many as may be at once; returns when all are done. There is a
   * result of each, also of one whose delivery ended in an error that nobody foresaw: the next poll
   * would go on behind its records.
   */
  private Map<TopicPartition, Result> deliver(ConsumerRecords<byte[], byte[]> records) {
    var next = new ConcurrentHashMap<TopicPartition, Long>();
    var failures = new ConcurrentHashMap<TopicPartition, Throwable>();
    try (var threads = Executors.newFixedThreadPool(messaging.partitionsAtOnceMax(), VIRTUAL)) {
      for (var partition : records.partitions()) {
        var delivery = partitions.computeIfAbsent(partition, _ -> newPartition.get());
        threads.execute(() -> {
          try {
            next.put(partition, delivery.deliver(records.records(partition)));
          } catch (Throwable unforeseen) {
            failures.put(partition, unforeseen);
          }
        });
      }
    }
    return records.partitions().stream()
        .collect(
            toMap(
                partition -> partition,
                partition ->
                    new Result(
                        records.records(partition), next.get(partition), failures.get(partition))));
  }

  private void settle(TopicPartition partition, Result result) {
    var next = result.next();
    if (next == null) {
      goBack(partition, result);
      return;
    }
    unsettled.remove(partition);
    uncommitted.put(partition, offset(next, result.leaderEpoch()));
    heldBack(partition)
        .ifPresent(held -> {
          kafka.seek(partition, held.offset());
          kafka.pause(List.of(partition));
          log.warn("{} holds back {}: {}", subscription, partition, held);
        });
  }

  /** What was delivered is not known, so all of it is delivered again; the inbox has the rest. */
  private void goBack(TopicPartition partition, Result result) {
    var offset = result.records().getFirst().offset();
    kafka.seek(partition, offset);
    kafka.pause(List.of(partition));
    var before = unsettled.get(partition);
    var failure = result.failure();
    var reason = failure == null ? "its delivery left no result" : Failures.describe(failure);
    var held = failed(offset, before == null ? 1 : before.failures() + 1, reason);
    unsettled.put(partition, held);
    log.error("{} holds back {}: {}", subscription, partition, held, failure);
  }

  private HeldBack failed(long offset, int failures, String reason) {
    var due = clock.instant().plus(Backoff.wait(failures, messaging));
    return new HeldBack(offset, failures, 0, due, reason);
  }

  private OffsetAndMetadata offset(long next, Optional<Integer> leaderEpoch) {
    return new OffsetAndMetadata(next, leaderEpoch, owner.mark());
  }

  private void lookAfterPartitions() {
    var again = new HashSet<>(watch.changed());
    var now = clock.instant();
    undecided.forEach((partition, waiting) -> {
      if (!waiting.due().isAfter(now)) {
        again.add(partition);
      }
    });
    again.retainAll(kafka.assignment());
    if (!again.isEmpty()) {
      decide(again, Map.of());
      refuse();
    }
    var topic = topicId;
    if (topic != null && watch.isDue(!stopped.isEmpty())) {
      watch.look(
          new PartitionWatch.Known(
              topic,
              Set.copyOf(kafka.assignment()),
              Set.copyOf(stopped.keySet()),
              Map.copyOf(committed)));
    }
  }

  /** Nothing of these partitions is read until it is known where to go on. */
  private void decide(Collection<TopicPartition> ofThese, Map<TopicPartition, Long> reached) {
    kafka.pause(ofThese);
    try {
      var found = startingPoints.find(ofThese, reached);
      topicId = found.topicId();
      found.starts().forEach((partition, start) -> apply(partition, start, found));
    } catch (ForeignGroupException other) {
      // Kafka wraps what is thrown while it assigns partitions.
      refusal = other;
    } catch (WakeupException told) {
      throw told;
    } catch (RuntimeException notNow) {
      ofThese.forEach(partition -> decideLater(partition, notNow));
    }
  }

  private void decideLater(TopicPartition partition, RuntimeException notNow) {
    var before = undecided.get(partition);
    var failures = before == null ? 1 : before.failures() + 1;
    var reason = "not known where to go on: " + Failures.describe(notNow);
    undecided.put(partition, failed(0, failures, reason));
    if (failures == 1) {
      log.warn("{} does not read {} yet, {}", subscription, partition, reason);
    }
  }

  private void apply(TopicPartition partition, Start start, StartingPoints.Found found) {
    undecided.remove(partition);
    switch (start) {
      case Start.Stopped gone -> stop(partition, gone.loss());
      case Start.At at -> begin(partition, at, found.committed().get(partition));
    }
  }

  private void begin(TopicPartition partition, Start.At at, @Nullable OffsetAndMetadata known) {
    if (known != null && known.offset() == at.offset()) {
      kafka.seek(partition, known);
    } else {
      kafka.seek(partition, at.offset());
      uncommitted.put(partition, offset(at.offset(), Optional.empty()));
    }
    if (stopped.remove(partition) != null || at.anew()) {
      log.warn("{} goes on in {} at offset {}", subscription, partition, at.offset());
    }
  }

  private void stop(LogTruncationException cut, TopicPartition partition, long at) {
    var same = cut.divergentOffsets().get(partition);
    var loss = new Loss(Loss.Cause.LOG_CUT, same == null ? 0 : same.offset(), at);
    kafka.pause(List.of(partition));
    try {
      startingPoints.stop(partition, loss);
      stop(partition, loss);
    } catch (RuntimeException notNow) {
      decideLater(partition, notNow);
    }
  }

  private void stop(TopicPartition partition, Loss loss) {
    // What was fetched meanwhile is forgotten; who resumed this by mistake would be told again.
    kafka.seek(partition, loss.from());
    uncommitted.remove(partition);
    partitions.remove(partition);
    unsettled.remove(partition);
    if (!loss.equals(stopped.put(partition, loss))) {
      log.error("{} stops {}: {}. {}", subscription, partition, loss.describe(), remedy);
    }
  }

  private void resumeWhatIsDue() {
    var now = clock.instant();
    kafka.resume(
        kafka.paused().stream()
            .filter(partition -> mayFlow(partition) && dueIn(partition, now).isZero())
            .toList());
  }

  private boolean mayFlow(TopicPartition partition) {
    return !stopped.containsKey(partition) && !undecided.containsKey(partition);
  }

  /** Only what is still paused sets an earlier time: what was resumed shows itself in the poll. */
  private Duration untilNextIsDue() {
    var now = clock.instant();
    return kafka.paused().stream()
        .filter(partition -> !stopped.containsKey(partition))
        .map(partition -> dueIn(partition, now))
        .reduce(IDLE_POLL, Backoff::min);
  }

  private Duration dueIn(TopicPartition partition, Instant now) {
    return Optional.ofNullable(undecided.get(partition))
        .or(() -> heldBack(partition))
        .map(held -> Duration.between(now, held.due()))
        .filter(Duration::isPositive)
        .orElse(Duration.ZERO);
  }

  private Optional<HeldBack> heldBack(TopicPartition partition) {
    return Optional.ofNullable(unsettled.get(partition))
        .or(() ->
            Optional.ofNullable(partitions.get(partition)).flatMap(PartitionDelivery::heldBack));
  }

  private void commit() {
    if (uncommitted.isEmpty()) {
      return;
    }
    try {
      commitSync();
      uncommitted.forEach((partition, offset) -> committed.put(partition, offset.offset()));
      uncommitted.clear();
    } catch (RebalanceInProgressException notNow) {
      log.debug("{} commits its offsets after the rebalance", subscription);
    } catch (CommitFailedException
        | StaleMemberEpochException
        | FencedMemberEpochException overtaken) {
      // What is still this consumer's is committed with the next step. What may be another's by now
      // is taken away by the poll before that; the other finds the messages in the inbox.
      log.info("{} could not commit its offsets, a rebalance came first", subscription);
    }
  }

  /** Being told to stop is no reason to deliver the last messages again. */
  private void commitSync() {
    try {
      kafka.commitSync(uncommitted);
    } catch (WakeupException told) {
      kafka.commitSync(uncommitted);
      throw told;
    }
  }

  private Map<TopicPartition, Position> positions() {
    return kafka.assignment().stream().collect(toMap(partition -> partition, this::position));
  }

  private Position position(TopicPartition partition) {
    return new Position(
        kafka.currentLag(partition),
        heldBack(partition),
        Optional.ofNullable(stopped.get(partition)).map(Loss::describe),
        Optional.ofNullable(undecided.get(partition)).map(HeldBack::reason));
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
    // Until it is known where to go on, a place that is not read.
    kafka.pause(assigned);
    assigned.forEach(partition -> kafka.seek(partition, 0));
    if (!assigned.isEmpty()) {
      decide(assigned, Map.of());
    }
    if (topicIsThere()) {
      progress.joined(Optional.empty());
    } else {
      progress.joined(Optional.of("there is no topic " + subscription.topic()));
      log.warn("{} waits: there is no such topic, create it", subscription);
    }
  }

  /** Without a topic the group is joined all the same, with nothing to read. */
  private boolean topicIsThere() {
    return !kafka.assignment().isEmpty() || !kafka.partitionsFor(subscription.topic()).isEmpty();
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    // Called from poll, when nothing is in hand: what was handled only has to be committed.
    commit();
    forget(revoked);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> lost) {
    forget(lost);
    progress.joined(Optional.of("has lost its partitions and joins again"));
  }

  private void forget(Collection<TopicPartition> gone) {
    for (var partition : gone) {
      uncommitted.remove(partition);
      committed.remove(partition);
      partitions.remove(partition);
      unsettled.remove(partition);
      undecided.remove(partition);
      stopped.remove(partition);
    }
  }
}
