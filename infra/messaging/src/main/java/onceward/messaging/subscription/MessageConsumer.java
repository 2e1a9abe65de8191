package onceward.messaging.subscription;

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
import onceward.messaging.subscription.PartitionDelivery.Delivered;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription's poll, handle, commit. Records of a partition are handled in their order; the
 * offset is committed after the database, so a crash between the two repeats messages and never
 * loses one. A record that fails holds back its partition, which is paused and tried again for as
 * long as it takes; other partitions flow.
 *
 * <p>{@link #step} belongs to one thread; {@link #trouble} may be asked by any.
 */
final class MessageConsumer implements ConsumerRebalanceListener {

  private static final Logger log = LoggerFactory.getLogger(MessageConsumer.class);
  private static final Duration IDLE_POLL = Duration.ofSeconds(1);
  private static final ThreadFactory VIRTUAL = Thread.ofVirtual().name("handle ", 0).factory();

  private final Subscription subscription;
  private final PartitionDelivery delivery;
  private final MessagingConfiguration messaging;
  private final Consumer<byte[], byte[]> kafka;
  private final Progress progress;

  private final Map<TopicPartition, HeldBack> heldBack = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();

  MessageConsumer(
      Subscription subscription,
      PartitionDelivery delivery,
      MessagingConfiguration messaging,
      Consumer<byte[], byte[]> kafka) {
    this.subscription = subscription;
    this.delivery = delivery;
    this.messaging = messaging;
    this.kafka = kafka;
    this.progress = new Progress(messaging.sessionTimeout());
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
    progress.stepped(kafka.metrics());
  }

  /** Why messages do not flow, or empty if they do. */
  Optional<String> trouble() {
    return progress.trouble();
  }

  /** Partitions side by side, as many as may be at once; returns when all are done. */
  private Map<TopicPartition, Delivered> deliver(ConsumerRecords<byte[], byte[]> records) {
    var delivered = new ConcurrentHashMap<TopicPartition, Delivered>();
    try (var threads = Executors.newFixedThreadPool(messaging.partitionsAtOnceMax(), VIRTUAL)) {
      for (var partition : records.partitions()) {
        var wary = heldBack.containsKey(partition);
        threads.execute(
            () -> delivered.put(partition, delivery.deliver(records.records(partition), wary)));
      }
    }
    return delivered;
  }

  private void settle(TopicPartition partition, Delivered delivered) {
    uncommitted.put(partition, new OffsetAndMetadata(delivered.next()));
    if (delivered.failure() == null) {
      forget(partition);
    } else {
      holdBack(partition, delivered.next(), delivered.failure());
    }
  }

  private void holdBack(TopicPartition partition, long offset, Throwable failure) {
    var before = heldBack.get(partition);
    var failures = before != null && before.offset() == offset ? before.failures() + 1 : 1;
    var due = Backoff.due(failures, Instant.now(), messaging);
    var held = new HeldBack(offset, failures, due, Failures.describe(failure));
    heldBack.put(partition, held);
    kafka.seek(partition, offset);
    kafka.pause(List.of(partition));
    progress.heldBack(heldBack);
    log.warn("{} holds back {}: {}", subscription, partition, held);
    log.debug("{} at {}", subscription, partition, failure);
  }

  private void forget(TopicPartition partition) {
    if (heldBack.remove(partition) != null) {
      progress.heldBack(heldBack);
    }
  }

  private void resumeWhatIsDue() {
    var now = Instant.now();
    kafka.resume(
        kafka.paused().stream().filter(partition -> dueIn(partition, now).isZero()).toList());
  }

  /** Only what is still paused sets an earlier time: what was resumed shows itself in the poll. */
  private Duration untilNextIsDue() {
    var now = Instant.now();
    return kafka.paused().stream()
        .map(partition -> dueIn(partition, now))
        .reduce(IDLE_POLL, Backoff::min);
  }

  private Duration dueIn(TopicPartition partition, Instant now) {
    var held = heldBack.get(partition);
    return held == null || held.due().isBefore(now)
        ? Duration.ZERO
        : Duration.between(now, held.due());
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
    } catch (CommitFailedException overtaken) {
      // The partitions are another's by now. It will find the messages in the inbox.
      log.info("{} could not commit its offsets, a rebalance came first", subscription);
      uncommitted.clear();
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

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    progress.joined(
        topicIsThere()
            ? Optional.empty()
            : Optional.of("there is no topic " + subscription.topic()));
  }

  /** Without a topic the group is joined all the same, with nothing to read. */
  private boolean topicIsThere() {
    return !kafka.assignment().isEmpty() || !kafka.partitionsFor(subscription.topic()).isEmpty();
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    // Called from poll, when nothing is in hand: what could be committed has been.
    partitions.forEach(uncommitted::remove);
    partitions.forEach(this::forget);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    onPartitionsRevoked(partitions);
    progress.joined(Optional.of("has lost its partitions and joins again"));
  }
}
