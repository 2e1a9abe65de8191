package onceward.messaging.replay;

import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import onceward.messaging.deadletter.job.Jobs;
import onceward.messaging.offsets.PartitionMemory;
import onceward.messaging.operations.Audit;
import onceward.messaging.operations.Audit.Deed;
import onceward.messaging.operations.Audit.Entry;
import onceward.messaging.restore.OpenRestoration;
import onceward.messaging.restore.Restoring;
import onceward.messaging.subscription.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The order in which a service gets its data back, and which replays may therefore run now: first
 * what the service has decided, then what completes it, and only then whatever decides. Safe for
 * use by many threads.
 */
@Singleton
@Requires(beans = {ReplayRows.class, Jobs.class, Audit.class, Subscription.class})
final class RestoreSteps implements OpenRestoration {

  private static final Logger log = LoggerFactory.getLogger(RestoreSteps.class);
  private static final int REPLAYS_MAX = 1_000;

  /** Who pauses, in the audit. */
  private static final String OPERATOR = "restoration";

  private static final String BROUGHT_ALONG =
      "the restored backup has brought it along; resume it when everything is restored, or cancel it";

  private final Restoring restoring;
  private final List<RestoreStep> open;
  private final ReplayRows replays;
  private final RestorationRows rows;
  private final Jobs jobs;
  private final Audit audit;
  private final PartitionMemory memory;
  private boolean isEnded;

  RestoreSteps(
      Restoring restoring,
      List<Subscription> live,
      ReplayRows replays,
      RestorationRows rows,
      Jobs jobs,
      Audit audit,
      PartitionMemory memory) {
    this.restoring = restoring;
    this.open = open(restoring, live);
    this.replays = replays;
    this.rows = rows;
    this.jobs = jobs;
    this.audit = audit;
    this.memory = memory;
  }

  private static List<RestoreStep> open(Restoring restoring, List<Subscription> live) {
    var steps = new ArrayList<RestoreStep>();
    restoring
        .restoration()
        .ifPresent(restoration -> {
          for (var one : restoration.subscriptions()) {
            steps.add(RestoreStep.open(ReplayMode.RESTORE, one.consumer(), one.topic()));
          }
          // Every process has to see the same order, and beans come in any.
          var sorted = live.stream().sorted(Comparator.comparing(Subscription::toString)).toList();
          for (var one : sorted) {
            if (restoration.subscription(one.consumer(), one.topic()).isPresent()) {
              throw new IllegalStateException(
                  "%s is live and restores: give the restoration another consumer name"
                      .formatted(one));
            }
            steps.add(RestoreStep.open(ReplayMode.REPAIR, one.consumer(), one.topic()));
          }
        });
    return List.copyOf(steps);
  }

  /** The steps as they stand; as nobody has begun them if this process does not restore. */
  List<RestoreStep> steps() {
    return restoring.isOn() ? RestoreStep.stand(open, replays.latest(REPLAYS_MAX), begun()) : open;
  }

  private Instant begun() {
    return rows.begun(this::standStill);
  }

  /** What an operator wanted of the lost database goes on only if one wants it of this one. */
  private void standStill() {
    replays.standStill(BROUGHT_ALONG).forEach(id -> note("pause replay", "replay " + id));
    jobs.standStill(BROUGHT_ALONG).forEach(id -> note("pause job", "job " + id));
  }

  private void note(String action, String subject) {
    log.warn("{} stands still: {}", subject, BROUGHT_ALONG);
    audit.audited(
        new Entry(OPERATOR, action, subject, "", BROUGHT_ALONG, false),
        () -> new Deed<>(subject, "it went on by itself"));
  }

  /** Of a process that is to consume: what one that restored has not done. */
  @Override
  public Optional<String> unfinished() {
    var began = rows.present();
    if (began.isEmpty()) {
      return Optional.empty();
    }
    var steps = RestoreStep.stand(open, replays.latest(REPLAYS_MAX), began.get());
    var left = steps.stream().filter(step -> !step.done()).findFirst();
    if (left.isEmpty() && !restoring.isOn()) {
      steps.forEach(this::noteGiven);
    }
    return left.map(restoring::reasonNotDone);
  }

  /**
   * A repair has given to the live consumer all up to where it stands in Kafka. Without this the
   * consumer would take the database for one that was restored from before. Not while the process
   * restores: a repair that is done again begins where the backup stood.
   */
  private void noteGiven(RestoreStep step) {
    var repair = step.latest();
    if (step.mode() != ReplayMode.REPAIR || repair == null) {
      return;
    }
    var given = new HashMap<Integer, Long>();
    repair.ranges().forEach(range -> given.put(range.partition(), range.until()));
    memory.read(step.consumer(), step.topic()).partitions().values().stream()
        .flatMap(remembered -> Stream.ofNullable(remembered.topicId()))
        .distinct()
        .forEach(topicId -> memory.restored(step.consumer(), step.topic(), topicId, given));
  }

  /** Why such a replay may not even be planned; empty if it may. */
  Optional<String> objectionToPlan(ReplayRequest request) {
    return !restoring.isOn() && request.mode() == ReplayMode.RESTORE
        ? Optional.of(
            "this service does not restore: stop every process of it, and start one with messaging.restoring=true")
        : Optional.empty();
  }

  /** Why such a replay may not run now; empty if it may. */
  Optional<String> objectionToRun(ReplayRequest request) {
    if (!restoring.isOn()) {
      return objectionToPlan(request);
    }
    for (var step : steps()) {
      if (step.isDoneBy(request)) {
        return Optional.empty();
      }
      if (step.mode() == ReplayMode.RESTORE && !step.done()) {
        return Optional.of(
            "the service restores, and the step before is not done: %s. `infra/onceward replay restore` does all steps in their order"
                .formatted(step));
      }
    }
    return Optional.empty();
  }

  /** Why a replay that was stored earlier may not go on in this process now; empty if it may. */
  Optional<String> objection(Replay replay) {
    if (restoring.isOn() && replay.requestedAt().isBefore(begun())) {
      return Optional.of(
          "the replay was stored before this restoration began; cancel it: infra/onceward replay cancel "
              + replay.id());
    }
    return replay.state() == ReplayState.PLANNING
        ? objectionToPlan(replay.request())
        : objectionToRun(replay.request());
  }

  /** A process that consumes ends the restoration: what is lost afterwards is another one's. */
  @Scheduled(fixedDelay = "10s")
  void endIfLive() {
    if (restoring.isOn() || isEnded) {
      return;
    }
    try {
      if (unfinished().isPresent()) {
        return;
      }
      if (rows.end()) {
        log.info("the restoration has ended: live consumers run");
      }
      isEnded = true;
    } catch (RuntimeException notNow) {
      log.debug("the restoration is ended later", notNow);
    }
  }
}
