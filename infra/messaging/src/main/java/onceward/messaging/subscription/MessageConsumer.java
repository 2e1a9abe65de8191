package onceward.messaging.subscription;

import static java.util.stream.Collectors.toMap;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.WakeupException;
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
  private final Clock clock;
  private final Progress progress;

  private final Map<TopicPartition, PartitionDelivery> partitions = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();

  MessageConsumer(
      Subscription subscription,
      Supplier<PartitionDelivery> newPartition,
      MessagingConfiguration messaging,
      Consumer<byte[], byte[]> kafka,
      Clock clock) {
    this.subscription = subscription;
    this.newPartition = newPartition;
    this.messaging = messaging;
    this.kafka = kafka;
    this.clock = clock;
    this.progress = new Progress(messaging.sessionTimeout(), clock);
  }

  void subscribe() {
    kafka.subscribe(List.of(subscription.topic()), this);
  }

  /** Polls once, handles what came, and commits the offsets of what was handled. */
  void step() {
    resumeWhatIsDue();
    var records = kafka.poll(untilNextIsDue());
    for (var partition : deliver(records).entrySet()) {
      settle(partition.getKey(), partition.getValue());
    }
    commit();
    progress.stepped(kafka.metrics(), positions());
  }

  /** How it gets on. */
  Progress progress() {
    return progress;
  }

  /** Partitions side by side, as many as may be at once; returns when all are done. */
  private Map<TopicPartition, Long> deliver(ConsumerRecords<byte[], byte[]> records) {
    var next = new ConcurrentHashMap<TopicPartition, Long>();
    try (var threads = Executors.newFixedThreadPool(messaging.partitionsAtOnceMax(), VIRTUAL)) {
      for (var partition : records.partitions()) {
        var delivery = partitions.computeIfAbsent(partition, _ -> newPartition.get());
        threads.execute(() -> next.put(partition, delivery.deliver(records.records(partition))));
      }
    }
    return next;
  }

  private void settle(TopicPartition partition, long next) {
    uncommitted.put(partition, new OffsetAndMetadata(next));
    heldBack(partition)
        .ifPresent(held -> {
          kafka.seek(partition, held.offset());
          kafka.pause(List.of(partition));
          log.warn("{} holds back {}: {}", subscription, partition, held);
        });
  }

  private void resumeWhatIsDue() {
    var now = clock.instant();
    kafka.resume(
        kafka.paused().stream().filter(partition -> dueIn(partition, now).isZero()).toList());
  }

  /** Only what is still paused sets an earlier time: what was resumed shows itself in the poll. */
  private Duration untilNextIsDue() {
    var now = clock.instant();
    return kafka.paused().stream()
        .map(partition -> dueIn(partition, now))
        .reduce(IDLE_POLL, Backoff::min);
  }

  private Duration dueIn(TopicPartition partition, Instant now) {
    return heldBack(partition)
        .map(held -> Duration.between(now, held.due()))
        .filter(Duration::isPositive)
        .orElse(Duration.ZERO);
  }

  private Optional<HeldBack> heldBack(TopicPartition partition) {
    return Optional.ofNullable(partitions.get(partition)).flatMap(PartitionDelivery::heldBack);
  }

  private void commit() {
    if (uncommitted.isEmpty()) {
      return;
    }
    try {
      commitSync();
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
    return new Position(kafka.currentLag(partition), heldBack(partition));
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
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
    gone.forEach(uncommitted::remove);
    gone.forEach(partitions::remove);
  }
}
