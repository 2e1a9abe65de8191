package onceward.messaging.replay;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import onceward.messaging.readmodel.Generations;
import onceward.messaging.readmodel.ReadModel;
import onceward.messaging.readmodel.ReadModels;
import onceward.messaging.restore.Restoration;
import onceward.messaging.restore.Restoring;
import onceward.messaging.subscription.Subscription;

/**
 * What operators ask of replays. A replay is planned first: an instance of the service reads the
 * records and counts what would happen. It runs when an operator lets it run.
 *
 * <p>A replay never resets, pauses or joins the group of the live consumer. It ends where the live
 * consumer stood when it was planned. Effects, claims and how far the replay is are committed
 * together, so each message has its effect at most once per replay, whatever is killed; in mode
 * {@link ReplayMode#REPAIR} at most once at all, as far back as the inbox remembers.
 *
 * <p>Not guaranteed: the order between a message that is replayed and later ones of its key that
 * were handled before. Handlers that compare versions, or subscriptions that check them, are safe.
 *
 * <p>Safe for use by many threads and processes: any instance of the service may be asked, and
 * another may do the work.
 */
@Singleton
@Requires(beans = {ReplayRows.class, Subscription.class})
public final class Replays {

  private final ReplayRows rows;
  private final List<Subscription> subscriptions;
  private final ReadModels models;
  private final Restoring restoring;
  private final RestoreSteps steps;
  private final TransactionOperations<Connection> transactions;

  Replays(
      ReplayRows rows,
      List<Subscription> subscriptions,
      ReadModels models,
      Restoring restoring,
      RestoreSteps steps,
      TransactionOperations<Connection> transactions) {
    this.rows = rows;
    this.models = models;
    this.restoring = restoring;
    this.steps = steps;
    this.transactions = transactions;
    this.subscriptions = List.copyOf(subscriptions);
  }

  /** What this service can replay beside its live consumers. */
  public List<Subscription> subscriptions() {
    return subscriptions;
  }

  /** The subscription of that consumer and topic; empty if this service has none. */
  public Optional<Subscription> subscription(String consumer, String topic) {
    return subscriptions.stream()
        .filter(one -> one.consumer().equals(consumer) && one.topic().equals(topic))
        .findFirst();
  }

  /** What is called for the messages of such a replay; empty if this service has nothing. */
  Optional<Subscription> replayed(ReplayRequest request) {
    return request.mode() == ReplayMode.RESTORE
        ? restoring
            .restoration()
            .flatMap(one -> one.subscription(request.consumer(), request.topic()))
        : subscription(request.consumer(), request.topic());
  }

  /** Whether this process only restores. */
  public boolean isRestoring() {
    return restoring.isOn();
  }

  /**
   * The steps that bring back the data of a lost database, in their order, as they stand; none if
   * the service does not say how it restores.
   */
  public List<RestoreStep> restoreSteps() {
    return steps.steps();
  }

  /**
   * Stores a replay, which an instance of the service plans within seconds.
   *
   * @throws IllegalArgumentException if this service has no such consumer of that topic, or the
   *     consumer has no read model to rebuild, or the service does not restore
   */
  public Replay plan(ReplayRequest request) {
    if (replayed(request).isEmpty()) {
      throw new IllegalArgumentException(
          "no consumer '%s' of '%s'; allowed: %s"
              .formatted(
                  request.consumer(),
                  request.topic(),
                  allowed(request.mode()).stream()
                      .map(Subscription::toString)
                      .sorted()
                      .collect(joining(", "))));
    }
    refuse(steps.objectionToPlan(request));
    if (request.mode() == ReplayMode.REBUILD
        && models.find(request.consumer(), request.topic()).isEmpty()) {
      throw new IllegalArgumentException(
          "consumer '%s' makes no read model from '%s'; those that can be rebuilt: %s"
              .formatted(
                  request.consumer(),
                  request.topic(),
                  models.all().isEmpty()
                      ? "none"
                      : models.all().stream()
                          .map(model -> model.consumer() + " on " + model.topic())
                          .sorted()
                          .collect(joining(", "))));
    }
    return rows.find(rows.add(request)).orElseThrow();
  }

  private List<Subscription> allowed(ReplayMode mode) {
    return mode == ReplayMode.RESTORE
        ? restoring.restoration().map(Restoration::subscriptions).orElse(List.of())
        : subscriptions;
  }

  private static void refuse(Optional<String> objection) {
    objection.ifPresent(why -> {
      throw new IllegalArgumentException(why);
    });
  }

  /** The read models that can be rebuilt, and where each stands. */
  public Map<ReadModel<?>, Generations> readModels() {
    return models.all().stream().collect(toMap(model -> model, models::generations));
  }

  /** The latest replays, newest first, as many as asked for. */
  public List<Replay> latest(int limit) {
    return rows.latest(limit);
  }

  /** The replay of that id; empty if there is none. */
  public Optional<Replay> find(UUID id) {
    return rows.find(id);
  }

  /** The messages of a replay that failed, as many as asked for. */
  public List<ReplayFailure> failures(UUID id, int limit) {
    return rows.failures(id, limit);
  }

  /**
   * Lets a planned replay run; false if it is not planned.
   *
   * @throws IllegalArgumentException if the service restores and other steps come first
   */
  public boolean run(UUID id) {
    refuse(rows.find(id).map(Replay::request).flatMap(steps::objectionToRun));
    return rows.find(id).filter(one -> one.state() == ReplayState.PLANNED).isPresent()
        && rows.change(id, ReplayState.QUEUED, null);
  }

  /** Lets the replay stand still after the messages in hand; false if it does not run. */
  public boolean pause(UUID id) {
    return rows.change(id, ReplayState.PAUSED, null);
  }

  /** Lets a paused replay go on; false if it is not paused. */
  public boolean resume(UUID id) {
    return rows.find(id).filter(one -> one.state() == ReplayState.PAUSED).isPresent()
        && rows.change(id, ReplayState.QUEUED, null);
  }

  /**
   * Ends the replay after the messages in hand; false if it has ended. What a rebuild has filled is
   * given up, and the live generation stays.
   */
  public boolean cancel(UUID id) {
    var rebuilt =
        rows.find(id)
            .map(Replay::request)
            .filter(request -> request.mode() == ReplayMode.REBUILD)
            .flatMap(request -> models.find(request.consumer(), request.topic()));
    return rebuilt.isEmpty()
        ? cancelled(id)
        : transactions.executeWrite(_ -> models.abandon(rebuilt.get(), id, () -> cancelled(id)));
  }

  private boolean cancelled(UUID id) {
    return rows.change(id, ReplayState.CANCELLED, null);
  }
}
