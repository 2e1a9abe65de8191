package onceward.messaging.polling;

import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import onceward.messaging.deadletter.ParkedKeyRelease;
import onceward.messaging.subscription.Subscription;

/**
 * Every 5 s, releases the keys whose next message may be handled and that nobody is handling: a
 * process ended before it released the key, or the message could not be handled for now.
 *
 * <p>Used by one thread at a time.
 */
@Singleton
@Requires(beans = {Subscriptions.class, ParkedKeyRelease.class})
final class OverdueReleases {

  private final Subscriptions subscriptions;
  private final ParkedKeyRelease release;
  private final Map<Subscription, Set<String>> seen = new HashMap<>();

  OverdueReleases(Subscriptions subscriptions, ParkedKeyRelease release) {
    this.subscriptions = subscriptions;
    this.release = release;
  }

  @Scheduled(initialDelay = "5s", fixedDelay = "5s")
  void look() {
    subscriptions.loops().stream()
        .filter(loop -> !loop.isStopped() && !loop.staysAway())
        .forEach(loop -> look(loop.subscription()));
  }

  /** A key that is found for the first time is most likely being released at this moment. */
  private void look(Subscription subscription) {
    var now = release.overdue(subscription);
    var before = seen.getOrDefault(subscription, Set.of());
    now.stream().filter(before::contains).forEach(key -> release.release(subscription, key));
    seen.put(subscription, new HashSet<>(now));
  }
}
