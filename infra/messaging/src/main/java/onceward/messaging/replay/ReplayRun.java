package onceward.messaging.replay;

import io.micronaut.transaction.TransactionOperations;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.MessageRecords;
import onceward.messaging.deadletter.DeadLetterWriter;
import onceward.messaging.deadletter.Failure;
import onceward.messaging.deadletter.ParkedKeyRelease;
import onceward.messaging.deadletter.Reason;
import onceward.messaging.delivery.FailedAtException;
import onceward.messaging.delivery.HandleOnce.Delivery;
import onceward.messaging.delivery.MessagingConfiguration;
import onceward.messaging.delivery.RetryWait;
import onceward.messaging.handling.FailureKinds;
import onceward.messaging.job.LeasedWorker.Lease;
import onceward.messaging.job.Pace;
import onceward.messaging.replay.ReplayAction.NotPossibleException;
import onceward.messaging.replay.ReplayFilter.Chosen;
import onceward.messaging.replay.ReplayFilter.PassedOver;
import onceward.messaging.replay.ReplayLog.Chunk;
import onceward.messaging.subscription.Subscription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stretch of work on a replay: partition after partition, at its pace, until nothing is left or
 * the replay is no longer this process's. How far it is moves in the transaction of the effects, so
 * whatever is killed, each message has its effect once per replay. Used by one thread.
 */
final class ReplayRun {

  private static final Logger log = LoggerFactory.getLogger(ReplayRun.class);

  /** The replay looks whether it still runs, at least so often. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Keys of messages that failed, as many as are remembered. */
  private static final int FAILURES_READ_MAX = 10_000;

  /** What the run needs of the service. */
  record Parts(
      TransactionOperations<Connection> transactions,
      ParkedKeyRelease release,
      DeadLetterWriter letters,
      MessagingConfiguration messaging,
      ReplayRows rows) {}

  private final Replay replay;
  private final Subscription subscription;
  private final ReplayAction action;
  private final Parts parts;
  private final ReplayLog topic;
  private final Lease lease;
  private final ReplayFilter filter;
  private final int handledAtOnceMax;
  private final Set<String> failedKeys = new HashSet<>();
  private Pace pace;
  private int failures;

  /**
   * A stretch that has not begun.
   *
   * @param isSuspect whether the process before ended at this place, so that messages are handled
   *     one at a time and the one that ends the process is found
   */
  ReplayRun(
      Replay replay,
      Subscription subscription,
      ReplayAction action,
      Parts parts,
      ReplayLog topic,
      Lease lease,
      boolean isSuspect) {
    this.replay = replay;
    this.subscription = subscription;
    this.action = action;
    this.parts = parts;
    this.topic = topic;
    this.lease = lease;
    this.filter = new ReplayFilter(subscription, replay.request().selection());
    var rate = replay.request().rate();
    // A tenth of a second's worth, so that the pace is even.
    this.handledAtOnceMax =
        isSuspect ? 1 : (int) Math.clamp(rate / 10, 1, action.recordsAtOnceMax());
    this.pace = Pace.of(rate, System.nanoTime());
  }

  void run() {
    for (var failure : parts.rows.failures(replay.id(), FAILURES_READ_MAX)) {
      failedKeys.add(String.valueOf(failure.key()));
    }
    try {
      for (var range : action.begin(replay)) {
        if (range.left() > 0 && !run(range)) {
          return;
        }
      }
      end();
    } catch (NotPossibleException standing) {
      pauseItself(String.valueOf(standing.getMessage()));
    }
  }

  private void end() {
    parts
        .rows
        .find(replay.id())
        .flatMap(action::unfinished)
        .ifPresent(why -> {
          throw new NotPossibleException(why);
        });
    var isDone =
        parts.transactions.executeWrite(
            _ -> action.end(() -> parts.rows.change(replay.id(), ReplayState.DONE, null)));
    if (isDone) {
      log.info("replay {} of {} is done", replay.id(), subscription);
    }
  }

  /** Whether the range is done with. */
  private boolean run(ReplayRange range) {
    topic.begin(subscription.topic(), range);
    var at = range.next();
    while (at < range.until()) {
      Chunk chunk;
      try {
        chunk = topic.next(action.recordsAtOnceMax());
      } catch (OffsetOutOfRangeException gone) {
        pauseItself(
            "records of partition %d from offset %d on are no longer in the topic; cancel this replay and plan another"
                .formatted(range.partition(), at));
        return false;
      }
      for (var slice : slices(chunk)) {
        if (!awaitEnd(pace.untilDue(System.nanoTime()))) {
          return false;
        }
        at = handle(range.partition(), at, slice);
        if (failures >= replay.request().failuresMax()) {
          pauseItself(
              action.makesDeadLetters()
                  ? "%d messages became dead letters; mend the cause that the letters name, and resume"
                      .formatted(failures)
                  : "%d messages failed; mend the cause that their failures name, and resume"
                      .formatted(failures));
          return false;
        }
        if (at < slice.next()) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether the replay still runs when the wait is over. */
  private boolean awaitEnd(Duration wait) {
    var end = System.nanoTime() + wait.toNanos();
    while (lease.goesOn()) {
      var left = Duration.ofNanos(end - System.nanoTime());
      if (!left.isPositive()) {
        return true;
      }
      lease.pause(RetryWait.min(left, LOOK));
    }
    return false;
  }

  /**
   * The chunk in pieces of which each has no more messages to handle than fit the pace. Messages
   * that the consumer has handled before count nothing.
   */
  private List<Chunk> slices(Chunk chunk) {
    if (chunk.records().size() <= handledAtOnceMax) {
      // However many are due, they fit; nobody need be asked.
      return List.of(chunk);
    }
    var due = due(chunk);
    var slices = new ArrayList<Chunk>();
    var slice = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    var dueInSlice = 0;
    for (var record : chunk.records()) {
      var isDue = MessageRecords.idIn(record).map(due::contains).orElse(false);
      if (isDue && dueInSlice == handledAtOnceMax) {
        slices.add(new Chunk(List.copyOf(slice), slice.getLast().offset() + 1));
        slice.clear();
        dueInSlice = 0;
      }
      dueInSlice += isDue ? 1 : 0;
      slice.add(record);
    }
    slices.add(new Chunk(List.copyOf(slice), chunk.next()));
    return slices;
  }

  private Set<UUID> due(Chunk chunk) {
    var chosen = chosen(chunk, new EnumMap<>(ReplayOutcome.class));
    return action.due(chosen.stream().map(delivery -> delivery.message().id()).toList());
  }

  private void pauseItself(String note) {
    if (parts.rows.change(replay.id(), ReplayState.PAUSED, note)) {
      log.warn("replay {} of {}: {}", replay.id(), subscription, note);
    }
  }

  /** Returns the first offset that is not done with: the end of the chunk, or an earlier one. */
  private long handle(int partition, long from, Chunk chunk) {
    try {
      together(partition, from, chunk);
      return chunk.next();
    } catch (LostToAnotherException lost) {
      throw lost;
    } catch (RuntimeException failure) {
      log.debug("replay {} goes on message by message", replay.id(), failure);
      return oneByOne(partition, from, chunk);
    }
  }

  private long oneByOne(int partition, long from, Chunk chunk) {
    var at = from;
    for (var record : chunk.records()) {
      if (failures >= replay.request().failuresMax() || !lease.goesOn()) {
        return at;
      }
      if (!alone(partition, at, record)) {
        return at;
      }
      at = record.offset() + 1;
    }
    if (at < chunk.next()) {
      together(partition, at, new Chunk(List.of(), chunk.next()));
    }
    return chunk.next();
  }

  /** Returns whether the record is done with; it is not if the replay no longer runs. */
  private boolean alone(int partition, long from, ConsumerRecord<byte[], byte[]> record) {
    for (var attempts = 1; ; attempts++) {
      try {
        together(partition, from, new Chunk(List.of(record), record.offset() + 1));
        return true;
      } catch (LostToAnotherException lost) {
        throw lost;
      } catch (RuntimeException failure) {
        var cause = FailedAtException.causeOf(failure);
        if (FailureKinds.isTransient(cause)) {
          throw failure;
        }
        if (!action.makesDeadLetters()) {
          failed(partition, from, record, cause);
          return true;
        }
        if (Reason.lasting(cause).isPresent() || attempts >= parts.messaging.attemptsMax()) {
          deadLetter(partition, from, record, Failure.lasting(cause, attempts));
          return true;
        }
        if (!awaitEnd(RetryWait.wait(attempts, parts.messaging))) {
          return false;
        }
      }
    }
  }

  /**
   * Later messages of the key wait behind the letter, so they are given to the action as ever. The
   * letter counts as a failure: if everything fails, the replay pauses itself.
   */
  private void deadLetter(
      int partition, long from, ConsumerRecord<byte[], byte[]> record, Failure failure) {
    parts.transactions.executeWrite(_ -> {
      parts.letters.write(subscription, record, failure);
      advance(partition, from, record.offset() + 1, Map.of(ReplayOutcome.DEAD_LETTER, 1L));
      return true;
    });
    failures++;
    pace = pace.taken(System.nanoTime());
  }

  private void failed(
      int partition, long from, ConsumerRecord<byte[], byte[]> record, Throwable cause) {
    var key = MessageRecords.keyOf(record);
    var failure =
        new ReplayFailure(
            partition,
            record.offset(),
            MessageRecords.idIn(record).orElse(null),
            key,
            MessageRecords.typeIn(record).orElse(null),
            FailureKinds.describe(cause));
    log.warn(
        "replay {} of {}: the message at {}-{} offset {} failed: {}",
        replay.id(),
        subscription.consumer(),
        record.topic(),
        partition,
        record.offset(),
        failure.failure());
    parts.transactions.executeWrite(_ -> {
      parts.rows.failed(replay.id(), failure);
      advance(partition, from, record.offset() + 1, Map.of(ReplayOutcome.FAILED, 1L));
      return true;
    });
    failures++;
    failedKeys.add(String.valueOf(key));
    pace = pace.taken(System.nanoTime());
  }

  /** Effects, claims, counts and how far the replay is, in one transaction. */
  private void together(int partition, long from, Chunk chunk) {
    var counts = new EnumMap<ReplayOutcome, Long>(ReplayOutcome.class);
    var chosen = chosen(chunk, counts);
    var done =
        parts.transactions.executeWrite(_ -> {
          var given = action.give(chosen);
          given.counts().forEach((outcome, records) -> counts.merge(outcome, records, Long::sum));
          advance(partition, from, chunk.next(), counts);
          return given;
        });
    var handled = done.counts().getOrDefault(ReplayOutcome.HANDLED, 0L);
    pace = pace.taken(System.nanoTime(), handled.intValue());
    done.unblocked().forEach(this::release);
  }

  /** The effects are committed. What cannot be released now is released at the next look. */
  private void release(String key) {
    try {
      parts.release.release(subscription, key);
    } catch (RuntimeException notNow) {
      log.debug("replay {} did not release what waits behind a letter", replay.id(), notNow);
    }
  }

  private List<Delivery> chosen(Chunk chunk, Map<ReplayOutcome, Long> counts) {
    var chosen = new ArrayList<Delivery>();
    for (var record : chunk.records()) {
      switch (filter.choose(record)) {
        case PassedOver(ReplayOutcome outcome) -> counts.merge(outcome, 1L, Long::sum);
        case Chosen(Delivery delivery)
            when action.keepsOrder() && failedKeys.contains(delivery.message().aggregateId()) ->
            counts.merge(ReplayOutcome.BEHIND_FAILED, 1L, Long::sum);
        case Chosen(Delivery delivery) -> chosen.add(delivery);
      }
    }
    return chosen;
  }

  private void advance(int partition, long from, long next, Map<ReplayOutcome, Long> counts) {
    if (!parts.rows.advance(replay.id(), partition, from, next, counts)) {
      throw new LostToAnotherException();
    }
  }
}
