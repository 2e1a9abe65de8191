package onceward.messaging.replay;

import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.annotation.Scheduled;
import io.micronaut.transaction.TransactionOperations;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.HashMap;
import java.util.UUID;
import onceward.messaging.deadletter.DeadLetterWriter;
import onceward.messaging.deadletter.ParkedKeyRelease;
import onceward.messaging.delivery.HandleOnce;
import onceward.messaging.delivery.MessagingConfiguration;
import onceward.messaging.handling.FailureKinds;
import onceward.messaging.handling.HandlerCall;
import onceward.messaging.job.LeasedWorker;
import onceward.messaging.job.LeasedWorker.Lease;
import onceward.messaging.kafka.KafkaConnection;
import onceward.messaging.offsets.Brokers;
import onceward.messaging.offsets.PartitionLog;
import onceward.messaging.offsets.PartitionMemory;
import onceward.messaging.readmodel.ReadModels;
import onceward.messaging.restore.Restoring;
import onceward.messaging.subscription.Subscription;

/**
 * Plans and runs replays in this process, see {@link LeasedWorker}. When a process ends, another
 * goes on behind the last message whose effect has committed.
 */
@Singleton
@Requires(beans = {Replays.class, Planning.class})
final class ReplayWorker {

  /** A replay that so many processes began, and that did not get on, may end the process. */
  private static final int STARTS_MAX = 5;

  private final Replays replays;
  private final Planning planning;
  private final KafkaConnection kafka;
  private final ReplayRows rows;
  private final ReplayRun.Parts parts;
  private final HandleOnce handleOnce;
  private final InboxLook inbox;
  private final ReadModels models;
  private final HandlerCall handlers;
  private final Restoring restoring;
  private final RestoreSteps steps;
  private final RestorationRows restorations;
  private final PartitionMemory memory;
  private final LeasedWorker planner;
  private final LeasedWorker runner;

  ReplayWorker(
      Replays replays,
      Planning planning,
      KafkaConnection kafka,
      ReplayRows rows,
      TransactionOperations<Connection> transactions,
      HandleOnce handleOnce,
      ParkedKeyRelease release,
      DeadLetterWriter letters,
      MessagingConfiguration messaging,
      InboxLook inbox,
      ReadModels models,
      HandlerCall handlers,
      Restoring restoring,
      RestoreSteps steps,
      RestorationRows restorations,
      PartitionMemory memory) {
    this.replays = replays;
    this.planning = planning;
    this.kafka = kafka;
    this.rows = rows;
    this.parts = new ReplayRun.Parts(transactions, release, letters, messaging, rows);
    this.handleOnce = handleOnce;
    this.inbox = inbox;
    this.models = models;
    this.handlers = handlers;
    this.restoring = restoring;
    this.steps = steps;
    this.restorations = restorations;
    this.memory = memory;
    this.planner = new LeasedWorker("replay plan", rows.plans(), this::work);
    this.runner = new LeasedWorker("replay", rows.runs(), this::work);
  }

  static String clientId(Replay replay) {
    return "%s-replay-%s".formatted(replay.request().consumer(), replay.id());
  }

  @Scheduled(initialDelay = "1s", fixedDelay = "1s")
  void look() {
    planner.look();
    runner.look();
  }

  private void work(UUID id, Lease lease) {
    var replay = rows.find(id).orElseThrow();
    var starts = rows.starts(id);
    if (starts > STARTS_MAX) {
      giveUp(replay);
      return;
    }
    try {
      work(replay, starts, lease);
    } catch (LostToAnotherException lost) {
      throw lost;
    } catch (RuntimeException notNow) {
      rows.survived(
          id,
          lease.owner(),
          "failed%s and is tried again: %s"
              .formatted(place(rows.find(id).orElse(replay)), FailureKinds.describe(notNow)));
      throw notNow;
    }
  }

  private void work(Replay replay, int starts, Lease lease) {
    var request = replay.request();
    var subscription = replays.replayed(request).orElse(null);
    var objection = steps.objection(replay);
    if (objection.isPresent()) {
      rows.survived(replay.id(), lease.owner(), objection.get());
    } else if (subscription == null) {
      // Another version of the service may have it, while one replaces the other.
      rows.survived(
          replay.id(),
          lease.owner(),
          "an instance of the service has no consumer %s of topic %s"
              .formatted(request.consumer(), request.topic()));
    } else if (replay.state() == ReplayState.PLANNING) {
      planning.plan(replay, subscription, lease);
    } else {
      try (var topic = new ReplayLog(kafka, clientId(replay));
          var brokers = Brokers.connect(kafka, clientId(replay) + "-watch")) {
        var action = action(replay, subscription, brokers);
        new ReplayRun(replay, subscription, action, parts, topic, lease, starts > 1).run();
      }
      rows.survived(replay.id(), lease.owner(), null);
    }
  }

  private ReplayAction action(Replay replay, Subscription subscription, Brokers brokers) {
    return switch (replay.request().mode()) {
      case REPAIR ->
          new RepairAction(
              replay.id(),
              subscription,
              handleOnce,
              inbox,
              // Nobody consumes while the service restores, so no letter keeps a live message back.
              replay.request().deadLetters() || restoring.isOn(),
              () -> rememberTopic(replay, subscription, brokers));
      case FORCE -> new ForceAction(replay.id(), subscription, handleOnce, rows);
      case REBUILD ->
          new RebuildAction(
              replay.id(),
              models.find(subscription.consumer(), subscription.topic()).orElseThrow(),
              models,
              handlers,
              brokers,
              rows);
      case RESTORE ->
          new RestoreAction(
              replay.id(),
              topicId(subscription.topic(), brokers),
              subscription,
              restoring.restoration().orElseThrow(),
              handlers,
              parts.transactions(),
              brokers,
              rows,
              restorations);
    };
  }

  /**
   * An empty database learns which topic it is that the repair has read. The live consumer goes on
   * behind that, see {@link RestoreSteps#unfinished}.
   */
  private void rememberTopic(Replay replay, Subscription subscription, Brokers brokers) {
    if (!restoring.isOn()) {
      return;
    }
    // First, for a consumer that has begun handles what is new to it from now on only.
    memory.handles(subscription.consumer(), subscription.topic(), subscription.types());
    var from = new HashMap<Integer, Long>();
    replay.ranges().forEach(range -> from.put(range.partition(), range.from()));
    memory.remember(
        subscription.consumer(),
        subscription.topic(),
        topicId(subscription.topic(), brokers),
        from);
  }

  private static UUID topicId(String topic, Brokers brokers) {
    return brokers.logs(topic).values().stream()
        .map(PartitionLog::topicId)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("there is no topic " + topic));
  }

  private void giveUp(Replay replay) {
    rows.change(
        replay.id(),
        replay.state() == ReplayState.PLANNING ? ReplayState.REFUSED : ReplayState.PAUSED,
        "%d processes ended while they worked%s: the next message may end the process"
            .formatted(STARTS_MAX, place(replay)));
  }

  /** Where the replay goes on, the end of a sentence; nothing while it is planned. */
  private static String place(Replay replay) {
    return replay.ranges().stream()
        .filter(range -> range.left() > 0)
        .findFirst()
        .map(range -> " at partition %d offset %d".formatted(range.partition(), range.next()))
        .orElse("");
  }

  @PreDestroy
  void stop() throws InterruptedException {
    planner.stop();
    runner.stop();
  }
}
