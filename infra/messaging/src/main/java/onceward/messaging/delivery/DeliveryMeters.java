package onceward.messaging.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import onceward.messaging.Message;
import onceward.messaging.subscription.Subscription;

/**
 * Measures deliveries, by consumer and topic: {@code messaging.delivered} counts what became of
 * each record, by outcome; {@code messaging.delay} is the time from the append of the oldest
 * message of a transaction to its effect, by the clocks of the producer's database and of this
 * process.
 */
@Singleton
@Requires(bean = MeterRegistry.class)
final class DeliveryMeters {

  private record Counted(String consumer, String topic, Outcome outcome) {}

  private final MeterRegistry meters;
  private final Clock clock;
  private final Map<Counted, Counter> counters = new ConcurrentHashMap<>();
  private final Map<String, Timer> delays = new ConcurrentHashMap<>();

  DeliveryMeters(MeterRegistry meters, Clock clock) {
    this.meters = meters;
    this.clock = clock;
  }

  void count(Subscription subscription, Tally tally) {
    tally.counts().forEach((outcome, records) -> count(subscription, outcome, records));
  }

  void count(Subscription subscription, Outcome outcome, int records) {
    counters
        .computeIfAbsent(
            new Counted(subscription.consumer(), subscription.topic(), outcome), this::counter)
        .increment(records);
  }

  /** Notes the age of a message whose effect has just been committed. */
  void delayed(Subscription subscription, Message oldest) {
    if (oldest.id().version() != 7) {
      return;
    }
    var delay = Duration.between(oldest.time(), clock.instant());
    delays
        .computeIfAbsent(subscription.toString(), _ -> timer(subscription))
        .record(delay.isNegative() ? Duration.ZERO : delay);
  }

  private Counter counter(Counted counted) {
    return Counter.builder("messaging.delivered")
        .tag("consumer", counted.consumer())
        .tag("topic", counted.topic())
        .tag("outcome", counted.outcome().text())
        .register(meters);
  }

  private Timer timer(Subscription subscription) {
    return Timer.builder("messaging.delay")
        .tag("consumer", subscription.consumer())
        .tag("topic", subscription.topic())
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(Duration.ofMinutes(10))
        .register(meters);
  }
}
