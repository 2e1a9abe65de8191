package onceward.messaging.subscription;

import io.micronaut.context.annotation.Requires;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Releases parked keys that nothing holds back any more and nobody has released: a process ended
 * before it did, or a message behind a closed letter could not be handled for now, and there is no
 * letter by which to try again.
 *
 * <p>Used by one thread at a time.
 */
@Singleton
@Requires(beans = {Subscriptions.class, Redelivery.class})
final class OverdueReleases {

  private final Subscriptions subscriptions;
  private final Redelivery redelivery;
  private final Map<Subscription, Set<String>> seen = new HashMap<>();

  OverdueReleases(Subscriptions subscriptions, Redelivery redelivery) {
    this.subscriptions = subscriptions;
    this.redelivery = redelivery;
  }

  @Scheduled(initialDelay = "5s", fixedDelay = "5s")
  void look() {
    subscriptions.loops().stream()
        .filter(loop -> !loop.isStopped())
        .forEach(loop -> look(loop.subscription()));
  }

  /** Seen for the first time, it is most likely just being released. */
  private void look(Subscription subscription) {
    var now = redelivery.mayFollow(subscription);
    var before = seen.getOrDefault(subscription, Set.of());
    now.stream().filter(before::contains).forEach(key -> redelivery.release(subscription, key));
    seen.put(subscription, new HashSet<>(now));
  }
}
