package onceward.messaging.polling;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import onceward.messaging.delivery.HeldBack;
import onceward.messaging.delivery.MessagingConfiguration;
import onceward.messaging.delivery.PartitionDelivery;
import onceward.messaging.delivery.RetryWait;
import onceward.messaging.handling.FailureKinds;
import onceward.messaging.offsets.Loss;
import onceward.messaging.offsets.Start;
import onceward.messaging.subscription.Subscription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that a consumer knows of one partition that it has been assigned: the records in hand, the
 * offset to commit, and why the partition does not flow.
 *
 * <p>Belongs to the consumer's thread, except for {@link #deliver}, which another thread may call
 * while the consumer's thread waits for the end of the call.
 */
final class PolledPartition {

  private static final Logger log = LoggerFactory.getLogger(PolledPartition.class);

  private final Subscription subscription;
  private final TopicPartition partition;
  private final Consumer<byte[], byte[]> kafka;
  private final Supplier<PartitionDelivery> newDelivery;
  private final GroupOwner owner;
  private final MessagingConfiguration messaging;
  private final Clock clock;
  private final LongSupplier nanoTime;

  private @Nullable PartitionDelivery delivery;

  /** The records of a poll, between {@link #take} and {@link #settle}. */
  private List<ConsumerRecord<byte[], byte[]>> polled = List.of();

  /** Where Kafka's consumer stands after that poll; null if Kafka does not say. */
  private @Nullable OffsetAndMetadata position;

  /** The first offset that has not been delivered; null if the delivery left no result. */
  private @Nullable Long next;

  /** Why the delivery left no result. */
  private @Nullable Throwable unforeseen;

  private @Nullable OffsetAndMetadata toCommit;
  private @Nullable OffsetAndMetadata committed;

  /** The offset that the database knows as the next one. */
  private @Nullable Long noted;

  /** The last delivery ended without a result. */
  private @Nullable HeldBack unsettled;

  /** It is not known yet where to go on. */
  private @Nullable HeldBack undecided;

  /** Records are gone, and the partition is not read. */
  private @Nullable Loss loss;

  PolledPartition(
      Subscription subscription,
      TopicPartition partition,
      Consumer<byte[], byte[]> kafka,
      Supplier<PartitionDelivery> newDelivery,
      GroupOwner owner,
      MessagingConfiguration messaging,
      Clock clock,
      LongSupplier nanoTime) {
    this.subscription = subscription;
    this.partition = partition;
    this.kafka = kafka;
    this.newDelivery = newDelivery;
    this.owner = owner;
    this.messaging = messaging;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes the records of a poll in hand; not empty. {@link #deliver} and {@link #settle} follow.
   *
   * @param after where Kafka's consumer stands after the poll; null if Kafka does not say
   */
  void take(List<ConsumerRecord<byte[], byte[]>> records, @Nullable OffsetAndMetadata after) {
    polled = records;
    position = after;
    next = null;
    unforeseen = null;
    if (delivery == null) {
      delivery = newDelivery.get();
    }
  }

  /** Delivers the records in hand. Does not throw. */
  void deliver() {
    var delivering = delivery;
    try {
      if (delivering != null) {
        next = delivering.deliver(polled);
      }
    } catch (Throwable failure) {
      unforeseen = failure;
    }
  }

  /**
   * Notes what is to be committed after a delivery, and where the next poll begins. Without this
   * the next poll would go on behind records that nobody has delivered.
   */
  void settle() {
    var after = next;
    if (after == null) {
      goBack();
    } else {
      goOn(after);
    }
    polled = List.of();
    position = null;
  }

  private void goOn(long after) {
    unsettled = null;
    toCommit = behind(after);
    heldBack()
        .ifPresent(held -> {
          kafka.seek(partition, held.offset());
          kafka.pause(List.of(partition));
          log.warn("{} holds back {}: {}", subscription, partition, held);
        });
  }

  /**
   * The offset to commit. Once all records are delivered, this lies behind the markers of
   * transactions too, and behind aborted records: Kafka deletes them with the records before them,
   * and an offset that points at one looks afterwards as if a record were gone.
   */
  private OffsetAndMetadata behind(long after) {
    var at = position;
    return at != null && at.offset() > after && after > polled.getLast().offset()
        ? offset(at.offset(), at.leaderEpoch())
        : offset(after, leaderEpochBefore(after));
  }

  /**
   * A poll went on in this partition and brought no record of it: what lies before the position is
   * markers of transactions, aborted records, or was compacted away. Is committed, see {@link
   * #behind}. Costs at most one commit a poll, and seldom that: a consumer of committed records is
   * given the marker of a transaction together with the last of its records.
   */
  void passed(OffsetAndMetadata at) {
    var last = toCommit == null ? committed : toCommit;
    var flows = loss == null && undecided == null && heldBack().isEmpty();
    if (flows && last != null && at.offset() > last.offset()) {
      toCommit = offset(at.offset(), at.leaderEpoch());
    }
  }

  /** All records are delivered again. The inbox has those that were handled. */
  private void goBack() {
    var offset = polled.getFirst().offset();
    kafka.seek(partition, offset);
    kafka.pause(List.of(partition));
    var before = unsettled;
    var failure = unforeseen;
    var reason = failure == null ? "its delivery left no result" : FailureKinds.describe(failure);
    var held = failed(offset, before == null ? 1 : before.failures() + 1, reason);
    unsettled = held;
    log.error("{} holds back {}: {}", subscription, partition, held, failure);
  }

  /** The epoch of the last record that was delivered, by which Kafka notices a log that was cut. */
  private Optional<Integer> leaderEpochBefore(long after) {
    return polled.reversed().stream()
        .filter(record -> record.offset() < after)
        .findFirst()
        .flatMap(ConsumerRecord::leaderEpoch);
  }

  /**
   * Goes on where it was decided, or stops.
   *
   * @param known what Kafka has committed; null if nothing
   * @param inDatabase what the database knows as the next offset; null if nothing
   */
  void decided(
      Start start, @Nullable OffsetAndMetadata known, @Nullable Long inDatabase, String remedy) {
    undecided = null;
    noted = inDatabase;
    switch (start) {
      case Start.Stopped gone -> stop(gone.loss(), remedy);
      case Start.At at -> begin(at, known);
    }
  }

  private void begin(Start.At at, @Nullable OffsetAndMetadata known) {
    // What begins anew is committed even so: the text beside the offset says more than is true now.
    if (known != null && known.offset() == at.offset() && !at.anew()) {
      kafka.seek(partition, known);
      committed = known;
    } else {
      kafka.seek(partition, at.offset());
      toCommit = offset(at.offset(), Optional.empty());
    }
    if (loss != null || at.anew()) {
      log.warn("{} goes on in {} at offset {}", subscription, partition, at.offset());
    }
    loss = null;
  }

  /** Reads the partition no longer, until an operator accepts the loss. */
  void stop(Loss gone, String remedy) {
    // Forgets what was fetched; a poll of a partition that was resumed by mistake fails again.
    kafka.seek(partition, gone.from());
    toCommit = null;
    committed = null;
    noted = null;
    delivery = null;
    unsettled = null;
    if (!gone.equals(loss)) {
      log.error("{} stops {}: {}. {}", subscription, partition, gone.describe(), remedy);
    }
    loss = gone;
  }

  /** Kafka or the database could not say where to go on. */
  void decideLater(RuntimeException notNow) {
    var failures = undecided == null ? 1 : undecided.failures() + 1;
    var reason = "not known where to go on: " + FailureKinds.describe(notNow);
    undecided = failed(0, failures, reason);
    if (failures == 1) {
      log.warn("{} does not read {} yet, {}", subscription, partition, reason);
    }
  }

  private HeldBack failed(long offset, int failures, String reason) {
    var wait = RetryWait.wait(failures, messaging);
    return HeldBack.after(wait, clock.instant(), nanoTime.getAsLong(), offset, failures, 0, reason);
  }

  private OffsetAndMetadata offset(long offset, Optional<Integer> leaderEpoch) {
    return new OffsetAndMetadata(
        offset, leaderEpoch, new CommitNote(owner.service(), noted).text());
  }

  /**
   * The database knows this offset as the next one. Is committed beside the offset, if only that
   * has changed: a database that is restored from before is told by it.
   */
  void noted(long inDatabase) {
    noted = inDatabase;
    var last = committed;
    if (last != null && toCommit == null && loss == null && undecided == null) {
      var renewed = offset(last.offset(), last.leaderEpoch());
      toCommit = renewed.metadata().equals(last.metadata()) ? null : renewed;
    }
  }

  /** What is to be committed; empty if all is. */
  Optional<OffsetAndMetadata> toCommit() {
    return Optional.ofNullable(toCommit);
  }

  /** Kafka has committed what was to be committed. */
  void wasCommitted() {
    if (toCommit != null) {
      committed = toCommit;
    }
    toCommit = null;
  }

  /** What the database has noted as the next offset, as far as this consumer knows. */
  Optional<Long> noted() {
    return Optional.ofNullable(noted);
  }

  /** The offset that this consumer has committed last; empty if it has committed none. */
  Optional<Long> committed() {
    return Optional.ofNullable(committed).map(OffsetAndMetadata::offset);
  }

  boolean isStopped() {
    return loss != null;
  }

  /** Whether it is time to ask again where to go on. */
  boolean isDecisionDue() {
    return undecided != null && undecided.dueIn(nanoTime.getAsLong()).isZero();
  }

  /** Whether the partition may be read now. */
  boolean mayFlow() {
    return loss == null && undecided == null && dueIn().isZero();
  }

  /** How long the partition still waits; zero if it does not. */
  Duration dueIn() {
    return Optional.ofNullable(undecided)
        .or(this::heldBack)
        .map(held -> held.dueIn(nanoTime.getAsLong()))
        .orElse(Duration.ZERO);
  }

  private Optional<HeldBack> heldBack() {
    return Optional.ofNullable(unsettled)
        .or(() -> Optional.ofNullable(delivery).flatMap(PartitionDelivery::heldBack));
  }

  /**
   * How the partition gets on.
   *
   * @param openTransaction the sentence about a transaction that does not end; empty if there is
   *     none
   */
  PartitionReport report(Optional<String> openTransaction) {
    var lag = kafka.currentLag(partition);
    return new PartitionReport(
        lag,
        heldBack(),
        Optional.ofNullable(loss),
        Optional.ofNullable(undecided).map(HeldBack::reason),
        // What lies before the transaction still comes.
        openTransaction.filter(_ -> lag.orElse(0) == 0));
  }
}
