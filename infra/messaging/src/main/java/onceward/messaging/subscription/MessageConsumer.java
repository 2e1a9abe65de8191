package onceward.messaging.subscription;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import onceward.messaging.MessageRecords;
import onceward.messaging.subscription.Deliveries.Outcome;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
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

  private final Subscription subscription;
  private final HandleOnce handleOnce;
  private final Deliveries deliveries;
  private final MessagingConfiguration messaging;
  private final Consumer<byte[], byte[]> kafka;

  private final Map<TopicPartition, Backoff> backingOff = new HashMap<>();
  private volatile Optional<String> trouble = Optional.of("has not joined its group yet");

  MessageConsumer(
      Subscription subscription,
      HandleOnce handleOnce,
      Deliveries deliveries,
      MessagingConfiguration messaging,
      Consumer<byte[], byte[]> kafka) {
    this.subscription = subscription;
    this.handleOnce = handleOnce;
    this.deliveries = deliveries;
    this.messaging = messaging;
    this.kafka = kafka;
  }

  void subscribe() {
    kafka.subscribe(List.of(subscription.topic()), this);
  }

  /** Polls once, handles what came, and commits the offsets of what was handled. */
  void step() {
    resumeWhatIsDue();
    var records = kafka.poll(untilNextIsDue());
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    for (var partition : records.partitions()) {
      handleInOrder(partition, records.records(partition), offsets);
    }
    commit(offsets);
  }

  /** Why messages do not flow, or empty if they do. */
  Optional<String> trouble() {
    return trouble;
  }

  private void handleInOrder(
      TopicPartition partition,
      List<ConsumerRecord<byte[], byte[]>> records,
      Map<TopicPartition, OffsetAndMetadata> offsets) {
    for (var record : records) {
      try {
        deliveries.count(subscription, deliver(record));
      } catch (Exception failure) {
        deliveries.count(subscription, Outcome.FAILED);
        holdBack(partition, record, failure);
        return;
      }
      offsets.put(partition, new OffsetAndMetadata(record.offset() + 1));
      recovered(partition);
    }
  }

  private Outcome deliver(ConsumerRecord<byte[], byte[]> record) {
    var route = subscription.route(MessageRecords.typeOf(record));
    if (route == null) {
      return Outcome.SKIPPED;
    }
    var message = MessageRecords.toMessage(record);
    var effect = handleOnce.handle(subscription.consumer(), route, message);
    log.debug("{} {} {}", subscription, effect ? "handled" : "already handled", message);
    return effect ? Outcome.HANDLED : Outcome.DUPLICATE;
  }

  private void holdBack(
      TopicPartition partition, ConsumerRecord<byte[], byte[]> record, Exception failure) {
    var before = backingOff.get(partition);
    var backoff =
        Backoff.after(before == null ? 1 : before.failures() + 1, Instant.now(), messaging);
    backingOff.put(partition, backoff);
    kafka.seek(partition, record.offset());
    kafka.pause(List.of(partition));
    trouble =
        Optional.of(
            "%s offset %d has failed %d times: %s"
                .formatted(partition, record.offset(), backoff.failures(), failure));
    log.warn(
        "{} holds back {} at offset {} until {} after {} failures",
        subscription,
        partition,
        record.offset(),
        backoff.due(),
        backoff.failures(),
        failure);
  }

  private void recovered(TopicPartition partition) {
    if (backingOff.remove(partition) != null && backingOff.isEmpty()) {
      trouble = Optional.empty();
    }
  }

  private void resumeWhatIsDue() {
    var now = Instant.now();
    var due =
        kafka.paused().stream()
            .filter(p -> !backingOff.containsKey(p) || !backingOff.get(p).due().isAfter(now))
            .toList();
    kafka.resume(due);
  }

  private Duration untilNextIsDue() {
    var now = Instant.now();
    return backingOff.values().stream()
        .map(backoff -> Duration.between(now, backoff.due()))
        .map(wait -> wait.isNegative() ? Duration.ZERO : wait)
        .reduce(IDLE_POLL, Backoff::min);
  }

  private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    if (offsets.isEmpty()) {
      return;
    }
    try {
      kafka.commitSync(offsets);
    } catch (CommitFailedException | RebalanceInProgressException overtaken) {
      // The partitions may be another's by now. It will find the messages in the inbox.
      log.info("{} could not commit its offsets, a rebalance came first", subscription);
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    trouble = backingOff.isEmpty() ? Optional.empty() : trouble;
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    // Called from poll, when nothing is in hand: what was handled has been committed.
    partitions.forEach(this::recovered);
  }
}
