package onceward.messaging.polling;

import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import onceward.messaging.offsets.Brokers;
import onceward.messaging.offsets.PartitionMemory;
import onceward.messaging.subscription.Subscription;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds whether the topic of a running consumer has been replaced, whether
 * another service commits in its group, whether a transaction in the topic does not end, whether an
 * operator has accepted that records are gone, and whether the database was restored from before.
 * Writes down how far the consumer has come.
 *
 * <p>Looks on a thread of its own, for Kafka or the database may take long to answer. Only the
 * consumer's thread calls the methods.
 */
final class PartitionWatch {

  private static final Logger log = LoggerFactory.getLogger(PartitionWatch.class);

  private static final Duration EVERY = Duration.ofSeconds(10);

  /** As long as the consumer waits for an operator to accept a loss. */
  private static final Duration EVERY_STOPPED = Duration.ofSeconds(2);

  /** Far more than the transactions of a relay take; with a look below the 30 s of any stall. */
  private static final Duration OPEN_MAX = Duration.ofSeconds(15);

  private static final ThreadFactory VIRTUAL = Thread.ofVirtual().name("watch ", 0).factory();

  private final Subscription subscription;
  private final Brokers brokers;
  private final PartitionMemory memory;
  private final GroupOwner owner;
  private final LongSupplier nanoTime;

  private final AtomicReference<Set<TopicPartition>> changed = new AtomicReference<>(Set.of());
  private final AtomicReference<@Nullable ForeignGroupException> foreign = new AtomicReference<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile Map<Integer, OpenTransaction> open = Map.of();

  /** What the database knows as the next offsets; another object once that is known no longer. */
  private final AtomicReference<Map<Integer, Long>> noted = new AtomicReference<>(new HashMap<>());

  /** By {@link #nanoTime}. */
  private long lastLook;

  PartitionWatch(
      Subscription subscription,
      Brokers brokers,
      PartitionMemory memory,
      GroupOwner owner,
      LongSupplier nanoTime) {
    this.subscription = subscription;
    this.brokers = brokers;
    this.memory = memory;
    this.owner = owner;
    this.nanoTime = nanoTime;
    this.lastLook = nanoTime.getAsLong();
  }

  /**
   * The facts that the consumer knows.
   *
   * @param topicId Kafka's id of the topic
   * @param assigned the partitions of the consumer
   * @param stopped the partitions that the consumer does not read, because records are gone
   * @param committed the offsets that the consumer has committed, by partition
   * @param noted the offsets that the database had noted, by partition
   */
  record Known(
      UUID topicId,
      Set<TopicPartition> assigned,
      Set<TopicPartition> stopped,
      Map<Integer, Long> committed,
      Map<Integer, Long> noted) {}

  /**
   * Whether it is time to look.
   *
   * @param decisionIsWaitedFor whether the consumer waits for an operator to accept a loss
   */
  boolean isDue(boolean decisionIsWaitedFor) {
    var wait = decisionIsWaitedFor ? EVERY_STOPPED : EVERY;
    return !looking.get() && hasPassed(wait, lastLook);
  }

  /** Begins to look, and returns at once. */
  void look(Known known) {
    lastLook = nanoTime.getAsLong();
    looking.set(true);
    VIRTUAL.newThread(() -> lookAt(known)).start();
  }

  /** What the database knows as the next offset of each partition, as far as a look has seen it. */
  Map<Integer, Long> noted() {
    return noted.get();
  }

  /** Where consumers go on was decided anew, and written into the database. */
  void decided() {
    noted.set(new HashMap<>());
  }

  /**
   * The partitions in which something has changed since this was last asked.
   *
   * @throws ForeignGroupException if another service commits in the group
   */
  Set<TopicPartition> changed() {
    var refusal = foreign.getAndSet(null);
    if (refusal != null) {
      throw refusal;
    }
    return changed.getAndSet(Set.of());
  }

  /**
   * A transaction that has not ended.
   *
   * @param begin the offset of its first record
   * @param since when a look found it first, by {@link #nanoTime}
   */
  private record OpenTransaction(long begin, long since) {}

  /** A sentence about the transaction in a partition that does not end; empty if there is none. */
  Optional<String> openTransaction(TopicPartition partition) {
    return Optional.ofNullable(open.get(partition.partition()))
        .filter(one -> hasPassed(OPEN_MAX, one.since()))
        .map(one -> describe(one.begin()));
  }

  private boolean hasPassed(Duration time, long since) {
    return nanoTime.getAsLong() - since >= time.toNanos();
  }

  private static String describe(long begin) {
    return "the transaction of some producer that began at offset %d has not ended, and Kafka withholds what is behind it; find who has it open, and end it, as infra/docs/runbook/open-transaction.md says"
        .formatted(begin);
  }

  private void lookAt(Known known) {
    try {
      owner.requireOwn(subscription, brokers.committed(subscription.group()).values());
      if (isReplaced(known.topicId())) {
        changed.set(known.assigned());
        return;
      }
      changed.set(known.stopped().isEmpty() ? Set.of() : accepted(known.stopped()));
      var forgotten = note(known);
      changed.updateAndGet(before -> union(before, forgotten));
      open = stillOpen(brokers.openTransactions(subscription.topic()));
    } catch (ForeignGroupException refusal) {
      foreign.set(refusal);
    } catch (Throwable notNow) {
      log.debug("{} could not look after its partitions", subscription, notNow);
    } finally {
      looking.set(false);
    }
  }

  private Map<Integer, OpenTransaction> stillOpen(Map<Integer, Long> begins) {
    var now = nanoTime.getAsLong();
    var before = open;
    var still = new HashMap<Integer, OpenTransaction>();
    begins.forEach((partition, begin) -> {
      var known = before.get(partition);
      still.put(
          partition,
          known != null && known.begin() == begin ? known : new OpenTransaction(begin, now));
    });
    return still;
  }

  private boolean isReplaced(UUID topicId) {
    return brokers.topicId(subscription.topic()).filter(id -> !id.equals(topicId)).isPresent();
  }

  private Set<TopicPartition> accepted(Set<TopicPartition> stopped) {
    var accepted = memory.accepted(subscription.consumer(), subscription.topic());
    return stopped.stream()
        .filter(partition -> accepted.contains(partition.partition()))
        .collect(toSet());
  }

  /**
   * Writes the offsets that have moved. The next look tries again what could not be written.
   *
   * @return partitions of which the database has forgotten something: where the consumer goes on
   *     has to be decided anew
   */
  private Set<TopicPartition> note(Known known) {
    var before = noted.get();
    var moved = new HashMap<Integer, Long>();
    known
        .committed()
        .forEach((partition, next) -> {
          if (known.noted().getOrDefault(partition, -1L) < next) {
            moved.put(partition, next);
          }
        });
    var now =
        memory.note(
            subscription.consumer(), subscription.topic(), known.topicId(), moved, known.noted());
    var forgotten =
        known.assigned().stream()
            .filter(partition -> {
              var had = known.noted().get(partition.partition());
              return had != null && now.getOrDefault(partition.partition(), -1L) < had;
            })
            .collect(toSet());
    // What the database had noted must not be committed as less before that is decided.
    if (forgotten.isEmpty()) {
      noted.compareAndSet(before, now);
    }
    return forgotten;
  }

  private static Set<TopicPartition> union(Set<TopicPartition> one, Set<TopicPartition> other) {
    var union = new HashSet<>(one);
    union.addAll(other);
    return Set.copyOf(union);
  }
}
