package onceward.messaging.subscription;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.Locale;

/**
 * Counts what became of each delivered record: {@code messaging.delivered}, by consumer, topic and
 * outcome.
 */
@Singleton
@Requires(bean = MeterRegistry.class)
final class Deliveries {

  enum Outcome {
    /** The effect happened now. */
    HANDLED,
    /** The effect was there already. */
    DUPLICATE,
    /** No handler for the type. */
    SKIPPED,
    /** Will be tried again. */
    FAILED
  }

  private final MeterRegistry meters;

  Deliveries(MeterRegistry meters) {
    this.meters = meters;
  }

  void count(Subscription subscription, Outcome outcome, int records) {
    var tags =
        Tags.of(
            "consumer", subscription.consumer(),
            "topic", subscription.topic(),
            "outcome", outcome.name().toLowerCase(Locale.ROOT));
    meters.counter("messaging.delivered", tags).increment(records);
  }
}
