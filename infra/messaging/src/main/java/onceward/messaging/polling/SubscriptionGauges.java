package onceward.messaging.polling;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Gauges for alarms: {@code messaging.flows} (1 or 0), {@code messaging.lag} (records) and {@code
 * messaging.partitions.stopped} (partitions of which records are gone) of each subscription, and
 * {@code messaging.dead.letter.oldest} and {@code messaging.parked.standstill} (seconds, 0 without
 * an open letter and while each parked key gets on) of the service. Ages and not numbers: counting
 * rows costs more, the more there is to count.
 */
@Context
@Requires(beans = {Subscriptions.class, MeterRegistry.class})
final class SubscriptionGauges {

  private final OldestDeadLetter oldest;
  private final OverdueReleases releases;
  private final Clock clock;

  SubscriptionGauges(
      Subscriptions subscriptions,
      MeterRegistry meters,
      OldestDeadLetter oldest,
      OverdueReleases releases,
      Clock clock) {
    this.oldest = oldest;
    this.releases = releases;
    this.clock = clock;
    subscriptions.loops().forEach(loop -> register(loop, meters));
    TimeGauge.builder(
            "messaging.dead.letter.oldest", this, TimeUnit.SECONDS, gauges -> gauges.age())
        .register(meters);
    TimeGauge.builder(
            "messaging.parked.standstill", this, TimeUnit.SECONDS, gauges -> gauges.standstill())
        .register(meters);
  }

  private double age() {
    return age(oldest.failedAt());
  }

  private double standstill() {
    return age(releases.standstill().map(OverdueReleases.Standstill::since));
  }

  private double age(Optional<Instant> since) {
    return since.map(then -> Duration.between(then, clock.instant()).toMillis() / 1e3).orElse(0.0);
  }

  private static void register(SubscriptionLoop loop, MeterRegistry meters) {
    var tags =
        Tags.of("consumer", loop.subscription().consumer(), "topic", loop.subscription().topic());
    Gauge.builder("messaging.flows", loop, it -> it.trouble().isEmpty() ? 1 : 0)
        .tags(tags)
        .register(meters);
    Gauge.builder("messaging.lag", loop, SubscriptionGauges::lag)
        .tags(tags)
        .baseUnit("records")
        .register(meters);
    Gauge.builder("messaging.partitions.stopped", loop, SubscriptionGauges::stopped)
        .tags(tags)
        .baseUnit("partitions")
        .register(meters);
  }

  private static double stopped(SubscriptionLoop loop) {
    return loop.positions().values().stream()
        .filter(position -> position.stopped().isPresent())
        .count();
  }

  private static double lag(SubscriptionLoop loop) {
    return loop.positions().values().stream().mapToLong(position -> position.lag().orElse(0)).sum();
  }
}
