package onceward.messaging.replay;

import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.annotation.Scheduled;
import io.micronaut.transaction.TransactionOperations;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.UUID;
import onceward.messaging.deadletter.ParkedKeyRelease;
import onceward.messaging.delivery.HandleOnce;
import onceward.messaging.handling.FailureKinds;
import onceward.messaging.job.LeasedWorker;
import onceward.messaging.job.LeasedWorker.Lease;
import onceward.messaging.kafka.KafkaConnection;

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
  private final LeasedWorker worker;

  ReplayWorker(
      Replays replays,
      Planning planning,
      KafkaConnection kafka,
      ReplayRows rows,
      TransactionOperations<Connection> transactions,
      HandleOnce handleOnce,
      ParkedKeyRelease release,
      InboxLook inbox) {
    this.replays = replays;
    this.planning = planning;
    this.kafka = kafka;
    this.rows = rows;
    this.parts = new ReplayRun.Parts(transactions, handleOnce, release, inbox, rows);
    this.worker = new LeasedWorker("replay", rows, this::work);
  }

  static String clientId(Replay replay) {
    return "%s-replay-%s".formatted(replay.request().consumer(), replay.id());
  }

  @Scheduled(initialDelay = "1s", fixedDelay = "1s")
  void look() {
    worker.look();
  }

  private void work(UUID id, Lease lease) {
    var replay = rows.find(id).orElseThrow();
    if (rows.starts(id) > STARTS_MAX) {
      giveUp(replay);
      return;
    }
    try {
      work(replay, lease);
    } catch (RuntimeException notNow) {
      rows.survived(id, "waits, and goes on by itself: " + FailureKinds.describe(notNow));
      throw notNow;
    }
  }

  private void work(Replay replay, Lease lease) {
    var subscription =
        replays.subscription(replay.request().consumer(), replay.request().topic()).orElse(null);
    if (subscription == null) {
      rows.change(
          replay.id(),
          replay.state() == ReplayState.PLANNING ? ReplayState.REFUSED : ReplayState.PAUSED,
          "this version of the service has no such consumer of that topic");
    } else if (replay.state() == ReplayState.PLANNING) {
      planning.plan(replay, subscription, lease);
    } else {
      try (var topic = new ReplayLog(kafka, clientId(replay))) {
        new ReplayRun(replay, subscription, parts, topic, lease).run();
      }
    }
  }

  private void giveUp(Replay replay) {
    rows.change(
        replay.id(),
        replay.state() == ReplayState.PLANNING ? ReplayState.REFUSED : ReplayState.PAUSED,
        "%d processes ended while they worked at the same place: the next message may end the process"
            .formatted(STARTS_MAX));
  }

  @PreDestroy
  void stop() throws InterruptedException {
    worker.stop();
  }
}
