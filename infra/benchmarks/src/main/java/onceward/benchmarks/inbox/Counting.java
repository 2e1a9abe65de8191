package onceward.benchmarks.inbox;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import onceward.benchmarks.Payload;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.Versions;

/** Counts the messages the subscription hands over, from the first on. */
@Singleton
final class Counting {

  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final AtomicLong first = new AtomicLong();
  private final AtomicInteger handled = new AtomicInteger();

  void count() {
    if (handled.getAndIncrement() == 0) {
      first.set(System.nanoTime());
    }
  }

  /** The time from the first message to the last of so many. */
  Duration awaitHandled(int messages) {
    var deadline = System.nanoTime() + LIMIT.toNanos();
    while (handled.get() < messages) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "handled " + handled + " of " + messages + " messages within " + LIMIT);
      }
      LockSupport.parkNanos(1_000_000);
    }
    return Duration.ofNanos(System.nanoTime() - first.get());
  }

  /** The subscription that is measured. */
  @Factory
  @Requires(property = "bench.subscription")
  static final class Measured {

    @Singleton
    Subscription batch(
        Work work, Counting counting, @Value("${bench.versions:false}") boolean versions) {
      return Subscription.of("bench", "batch.events")
          .versions(versions ? Versions.GAPLESS : Versions.UNCHECKED)
          .on(
              "BenchHappened",
              Payload.class,
              (payload, _) -> {
                work.perform(payload.filler());
                counting.count();
              });
    }
  }
}
