package onceward.messaging.polling;

import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import onceward.messaging.deadletter.ParkedKeyRelease;
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

  /** Keys that become overdue meanwhile wait for the next look. */
  private static final Duration LOOK_MAX = Duration.ofSeconds(60);

  private final Subscriptions subscriptions;
  private final ParkedKeyRelease release;
  private final Clock clock;
  private volatile Map<Key, Overdue> overdue = Map.of();

  OverdueReleases(Subscriptions subscriptions, ParkedKeyRelease release, Clock clock) {
    this.subscriptions = subscriptions;
    this.release = release;
    this.clock = clock;
  }

  private record Key(Subscription subscription, String name) {}

  /**
   * A key that may be released.
   *
   * @param since when it was found first
   * @param standstill why it could not be released when it was tried last; null if it was not tried
   */
  private record Overdue(Instant since, @Nullable String standstill) {}

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
    var standing = overdue.values().stream().filter(key -> key.standstill() != null).toList();
    return standing.stream()
        .min(Comparator.comparing(Overdue::since))
        .map(oldest ->
            new Standstill(standing.size(), oldest.since(), String.valueOf(oldest.standstill())));
  }

  @Scheduled(initialDelay = "5s", fixedDelay = "5s")
  void look() {
    var before = overdue;
    var found = new HashMap<Key, Overdue>();
    var due = new ArrayDeque<Key>();
    for (var loop : subscriptions.loops()) {
      if (!loop.isStopped() && !loop.staysAway()) {
        for (var name : release.overdue(loop.subscription())) {
          var key = new Key(loop.subscription(), name);
          var known = before.get(key);
          if (known == null) {
            // Most likely it is being released at this moment.
            found.put(key, new Overdue(clock.instant(), null));
          } else {
            found.put(key, known);
            due.add(key);
          }
        }
      }
    }
    overdue = Map.copyOf(found);
    release(due, found);
    overdue = Map.copyOf(found);
  }

  /** Keys take turns, so that one behind which much waits does not keep the others. */
  private void release(Queue<Key> due, Map<Key, Overdue> found) {
    var end = System.nanoTime() + LOOK_MAX.toNanos();
    for (var key = due.poll(); key != null && System.nanoTime() < end; key = due.poll()) {
      var turn = release.releaseOverdue(key.subscription(), key.name());
      if (turn.isUnfinished()) {
        due.add(key);
      }
      if (turn.standstill() == null && !turn.isUnfinished()) {
        found.remove(key);
      } else {
        found.computeIfPresent(key, (_, known) -> new Overdue(known.since(), turn.standstill()));
      }
    }
  }
}
