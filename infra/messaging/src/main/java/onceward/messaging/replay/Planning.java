package onceward.messaging.replay;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.delivery.HandleOnce.Delivery;
import onceward.messaging.job.LeasedWorker.Lease;
import onceward.messaging.kafka.KafkaConnection;
import onceward.messaging.key.ConsumedKey;
import onceward.messaging.key.KeyDecision.Drop;
import onceward.messaging.key.KeyDecision.Park;
import onceward.messaging.key.KeyState.Flowing;
import onceward.messaging.offsets.Brokers;
import onceward.messaging.offsets.PartitionLog;
import onceward.messaging.offsets.PartitionMemory;
import onceward.messaging.replay.InboxLook.Answer;
import onceward.messaging.replay.ReplayFilter.Chosen;
import onceward.messaging.replay.ReplayFilter.PassedOver;
import onceward.messaging.restore.Restoring;
import onceward.messaging.subscription.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Fixes the ranges of a replay and counts what would become of each record. Changes nothing but the
 * rows of the replay. Safe for use by many threads.
 */
@Singleton
@Requires(beans = {KafkaConnection.class, InboxLook.class, PartitionMemory.class})
final class Planning {

  private static final int CHUNK_RECORDS_MAX = 500;
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final KafkaConnection kafka;
  private final PartitionMemory memory;
  private final InboxLook inbox;
  private final ConsumedKeyLook keys;
  private final ReplayRows rows;
  private final Restoring restoring;
  private final List<Subscription> live;

  Planning(
      KafkaConnection kafka,
      PartitionMemory memory,
      InboxLook inbox,
      ConsumedKeyLook keys,
      ReplayRows rows,
      Restoring restoring,
      List<Subscription> live) {
    this.kafka = kafka;
    this.memory = memory;
    this.inbox = inbox;
    this.keys = keys;
    this.rows = rows;
    this.restoring = restoring;
    this.live = List.copyOf(live);
  }

  void plan(Replay replay, Subscription subscription, Lease lease) {
    var clientId = ReplayWorker.clientId(replay);
    try (var brokers = Brokers.connect(kafka, clientId + "-watch");
        var log = new ReplayLog(kafka, clientId)) {
      var ranges = ranges(replay.request(), subscription, brokers, log);
      count(replay, subscription, ranges, log, lease)
          .ifPresent(counted -> store(replay, ranges, counted));
    } catch (IllegalArgumentException refused) {
      rows.planned(replay.id(), List.of(), Map.of(), null, String.valueOf(refused.getMessage()));
    }
  }

  private ReplayRanges ranges(
      ReplayRequest request, Subscription subscription, Brokers brokers, ReplayLog log) {
    if (!request.mode().isOfWholeTopic()) {
      var selection = request.selection();
      return ReplayRanges.of(
          subscription.topic(), selection, facts(brokers, log, subscription, selection));
    }
    var logs = brokers.logs(subscription.topic());
    var whole =
        ReplayRanges.whole(
            subscription.topic(),
            logs,
            request.mode() == ReplayMode.RESTORE
                ? handledBefore(logs, subscription.topic())
                : Map.of());
    if (!whole.lacking().isEmpty() && !request.withoutBeginning()) {
      throw new IllegalArgumentException(
          "%s, and what is filled from here lacks what they said. Publish them again from the outbox and plan once more; or give up what they said (--without-beginning)"
              .formatted(String.join("; ", whole.lacking())));
    }
    return whole.ranges();
  }

  /**
   * How far live consumers of the topic were when the backup was made, that is restored now: what
   * they had read, the database knew. By partition; empty without a backup.
   */
  private Map<Integer, Long> handledBefore(Map<Integer, PartitionLog> logs, String topic) {
    var handled = new HashMap<Integer, Long>();
    live.stream()
        .filter(one -> one.topic().equals(topic))
        .forEach(one ->
            remembered(logs, one)
                .forEach((partition, next) -> handled.merge(partition, next, Math::max)));
    return handled;
  }

  private ReplayRanges.Facts facts(
      Brokers brokers, ReplayLog log, Subscription subscription, ReplaySelection selection) {
    var topic = subscription.topic();
    var logs = brokers.logs(topic);
    var remembered = remembered(logs, subscription);
    return new ReplayRanges.Facts(
        logs,
        restoring.isOn() ? remembered : Map.of(),
        passed(brokers, remembered, subscription),
        offsetsAt(log, topic, logs.keySet(), selection.since()),
        offsetsAt(log, topic, logs.keySet(), selection.until()));
  }

  private static Map<Integer, Long> offsetsAt(
      ReplayLog log, String topic, Set<Integer> partitions, @Nullable Instant time) {
    return time == null || partitions.isEmpty() ? Map.of() : log.offsetsAt(topic, partitions, time);
  }

  /** How far the live consumer was, as the database remembers. */
  private Map<Integer, Long> remembered(
      Map<Integer, PartitionLog> logs, Subscription subscription) {
    var offsets = new HashMap<Integer, Long>();
    memory
        .read(subscription.consumer(), subscription.topic())
        .partitions()
        .forEach((partition, remembered) -> {
          var log = logs.get(partition);
          if (log != null && log.topicId().equals(remembered.topicId())) {
            offsets.put(partition, remembered.nextOffset());
          }
        });
    return offsets;
  }

  /** What Kafka has committed; what the database remembers where Kafka has forgotten. */
  private static Map<Integer, Long> passed(
      Brokers brokers, Map<Integer, Long> remembered, Subscription subscription) {
    var passed = new HashMap<>(remembered);
    brokers
        .committed(subscription.group())
        .forEach((partition, at) -> {
          if (at != null && partition.topic().equals(subscription.topic())) {
            passed.put(partition.partition(), at.offset());
          }
        });
    return passed;
  }

  /**
   * What was counted.
   *
   * @param named which of the messages that the operator named are in the ranges
   */
  private record Counted(Map<ReplayOutcome, Long> outcomes, Set<UUID> named) {}

  /** Empty if the replay was given up meanwhile. */
  private Optional<Counted> count(
      Replay replay, Subscription subscription, ReplayRanges ranges, ReplayLog log, Lease lease) {
    var filter = new ReplayFilter(subscription, replay.request().selection());
    var counts = new EnumMap<ReplayOutcome, Long>(ReplayOutcome.class);
    var named = new HashSet<UUID>();
    var isNaming = !replay.request().selection().messages().isEmpty();
    var looked = System.nanoTime() - LOOK.toNanos();
    for (var range : ranges.ranges()) {
      if (range.left() == 0) {
        continue;
      }
      log.begin(subscription.topic(), range);
      var next = range.next();
      while (next < range.until()) {
        if (System.nanoTime() - looked >= LOOK.toNanos()) {
          if (!lease.goesOn()) {
            return Optional.empty();
          }
          looked = System.nanoTime();
        }
        var chunk = log.next(CHUNK_RECORDS_MAX);
        next = chunk.next();
        var chosen = new ArrayList<Delivery>();
        for (var record : chunk.records()) {
          switch (filter.choose(record)) {
            case Chosen(Delivery delivery) when isNaming && !named.add(delivery.message().id()) ->
                counts.merge(ReplayOutcome.HANDLED_BEFORE, 1L, Long::sum);
            case Chosen(Delivery delivery) -> chosen.add(delivery);
            case PassedOver(ReplayOutcome outcome) -> counts.merge(outcome, 1L, Long::sum);
          }
        }
        look(replay.request().mode(), subscription, chosen)
            .forEach((outcome, records) -> counts.merge(outcome, records, Long::sum));
      }
    }
    return Optional.of(new Counted(counts, named));
  }

  private Map<ReplayOutcome, Long> look(
      ReplayMode mode, Subscription subscription, List<Delivery> deliveries) {
    if (deliveries.isEmpty()) {
      return Map.of();
    }
    if (mode.isOfWholeTopic()) {
      return Map.of(ReplayOutcome.HANDLED, (long) deliveries.size());
    }
    var answers =
        inbox.look(
            subscription.consumer(),
            deliveries.stream().map(delivery -> delivery.message().id()).toList());
    var known =
        keys.look(
            subscription,
            deliveries.stream()
                .filter(delivery ->
                    mode == ReplayMode.FORCE
                        || answers.get(delivery.message().id()) != Answer.CLAIMED)
                .map(delivery -> delivery.message().aggregateId())
                .distinct()
                .toList());
    var counts = new EnumMap<ReplayOutcome, Long>(ReplayOutcome.class);
    for (var delivery : deliveries) {
      var answer = answers.getOrDefault(delivery.message().id(), Answer.UNCLAIMED);
      var key = known.get(delivery.message().aggregateId());
      counts.merge(outcome(mode, delivery, answer, key), 1L, Long::sum);
    }
    return counts;
  }

  private static ReplayOutcome outcome(
      ReplayMode mode, Delivery delivery, Answer answer, @Nullable ConsumedKey key) {
    if (mode == ReplayMode.FORCE && answer != Answer.UNCLAIMED) {
      if (delivery.route() == null) {
        return ReplayOutcome.NO_HANDLER;
      }
      return key == null || key.state() instanceof Flowing
          ? ReplayOutcome.HANDLED
          : ReplayOutcome.PARKED;
    }
    if (answer == Answer.CLAIMED) {
      return ReplayOutcome.HANDLED_BEFORE;
    }
    var decision =
        key == null
            ? null
            : key.onArrival(delivery.message().aggregateVersion(), answer == Answer.FORGOTTEN);
    return switch (decision) {
      case Drop _ -> ReplayOutcome.OVERTAKEN;
      case Park _ when answer == Answer.FORGOTTEN -> ReplayOutcome.TOO_OLD;
      case Park _ -> ReplayOutcome.PARKED;
      case null, default ->
          answer == Answer.FORGOTTEN
              ? ReplayOutcome.TOO_OLD
              : delivery.route() == null ? ReplayOutcome.NO_HANDLER : ReplayOutcome.HANDLED;
    };
  }

  private void store(Replay replay, ReplayRanges ranges, Counted counted) {
    var counts = counted.outcomes();
    var tooOld = counts.getOrDefault(ReplayOutcome.TOO_OLD, 0L);
    if (tooOld > 0) {
      rows.planned(replay.id(), ranges.ranges(), counts, null, refusal(replay, tooOld));
      return;
    }
    var notes = new ArrayList<>(ranges.notes());
    missing(replay.request(), counted).ifPresent(notes::add);
    rows.planned(
        replay.id(),
        ranges.ranges(),
        counts,
        notes.isEmpty() ? null : String.join("; ", notes),
        null);
  }

  private String refusal(Replay replay, long tooOld) {
    return "%,d messages are from before %s, and the inbox has forgotten what %s handled then: some would have their effect twice. Replay what was published later (--since, or --from-offset of a partition), or keep the inbox longer (messaging.retention.inbox) before the next time; a read model whose handlers compare versions can be filled anew under another consumer name"
        .formatted(tooOld, inbox.remembersFrom(), replay.request().consumer());
  }

  private static Optional<String> missing(ReplayRequest request, Counted counted) {
    var asked = request.selection().messages().size();
    var found = counted.named().size();
    return asked > found
        ? Optional.of(
            "%d of %d messages are not among the chosen records of these ranges"
                .formatted(asked - found, asked))
        : Optional.empty();
  }
}
