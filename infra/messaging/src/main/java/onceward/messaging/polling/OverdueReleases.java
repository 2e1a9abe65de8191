package onceward.messaging.polling;

import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import onceward.messaging.deadletter.ParkedKeyRelease;
import onceward.messaging.deadletter.ParkedKeyRelease.Turn;
import onceward.messaging.deadletter.ParkedKeyRelease.WaitingKey;
import onceward.messaging.polling.OverdueKeys.Standing;
import onceward.messaging.subscription.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Every 5 s, releases the keys whose next message may be handled and that nobody is handling: a
 * process ended before it released the key, there was too much for one turn, or the message could
 * not be handled for now. Knows which keys stand still for that: no dead letter says so.
 *
 * <p>One thread at a time looks; any may ask what stands still.
 */
@Singleton
@Requires(beans = {Subscriptions.class, ParkedKeyRelease.class})
final class OverdueReleases {

  /** Keys that have had no turn by then have it at the next look. */
  private static final Duration LOOK_MAX = Duration.ofSeconds(60);

  private final Supplier<List<Subscription>> subscriptions;
  private final Pages pages;
  private final BiFunction<Subscription, String, Turn> release;
  private final Clock clock;
  private final Duration lookMax;
  private final Map<Subscription, OverdueKeys> overdue = new ConcurrentHashMap<>();
  private final Map<Subscription, Instant> served = new HashMap<>();

  @Inject
  OverdueReleases(Subscriptions subscriptions, ParkedKeyRelease release, Clock clock) {
    this(() -> running(subscriptions), release::overdue, release::releaseOverdue, clock, LOOK_MAX);
  }

  OverdueReleases(
      Supplier<List<Subscription>> subscriptions,
      Pages pages,
      BiFunction<Subscription, String, Turn> release,
      Clock clock,
      Duration lookMax) {
    this.subscriptions = subscriptions;
    this.pages = pages;
    this.release = release;
    this.clock = clock;
    this.lookMax = lookMax;
  }

  /** See {@link ParkedKeyRelease#overdue}. */
  interface Pages {

    Optional<List<WaitingKey>> read(
        Subscription subscription, @Nullable WaitingKey after, int limit);
  }

  /**
   * Keys that stand still although their next message may be handled.
   *
   * @param keys how many there are
   * @param since since when the oldest stands still
   * @param reason which message of that key cannot be handled for now, and why
   */
  record Standstill(int keys, Instant since, String reason) {}

  /** Empty if each key gets on, or waits for an operator. */
  Optional<Standstill> standstill() {
    var standing = overdue.values().stream().flatMap(OverdueKeys::standing).toList();
    return standing.stream()
        .min(Comparator.comparing(Standing::since))
        .map(oldest -> new Standstill(standing.size(), oldest.since(), oldest.reason()));
  }

  @Scheduled(initialDelay = "5s", fixedDelay = "5s")
  void look() {
    var running = subscriptions.get();
    overdue.keySet().retainAll(running);
    served.keySet().retainAll(running);
    for (var subscription : running) {
      var keys = overdue.computeIfAbsent(subscription, _ -> new OverdueKeys(clock));
      pages
          .read(subscription, keys.pageAfter(), OverdueKeys.PAGE_MAX)
          .ifPresentOrElse(keys::found, keys::notFound);
    }
    giveTurns();
    overdue.values().forEach(OverdueKeys::ended);
  }

  /** Each subscription has its share of the time, however long its messages take. */
  private void giveTurns() {
    var end = clock.instant().plus(lookMax);
    var spent = new HashMap<Subscription, Duration>();
    var fair =
        Comparator.comparing((Subscription one) -> spent.getOrDefault(one, Duration.ZERO))
            .thenComparing(one -> served.getOrDefault(one, Instant.MIN));
    for (var next = next(fair); next.isPresent(); next = next(fair)) {
      var begun = clock.instant();
      if (!begun.isBefore(end)) {
        return;
      }
      var subscription = next.get().getKey();
      var keys = next.get().getValue();
      var key = keys.next();
      keys.tried(key, release.apply(subscription, key));
      served.put(subscription, clock.instant());
      spent.merge(subscription, Duration.between(begun, clock.instant()), Duration::plus);
    }
  }

  private Optional<Map.Entry<Subscription, OverdueKeys>> next(Comparator<Subscription> order) {
    return overdue.entrySet().stream()
        .filter(one -> one.getValue().isDue())
        .min(Map.Entry.comparingByKey(order));
  }

  private static List<Subscription> running(Subscriptions subscriptions) {
    return subscriptions.loops().stream()
        .filter(loop -> !loop.isStopped() && !loop.staysAway())
        .map(SubscriptionLoop::subscription)
        .toList();
  }
}
