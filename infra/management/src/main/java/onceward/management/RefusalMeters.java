package onceward.management;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** The metric {@code management.refused}: refused calls of the management port, by reason. */
@Singleton
@Requires(classes = MeterRegistry.class)
final class RefusalMeters implements MeterBinder {

  private final Refusals refusals;

  RefusalMeters(Refusals refusals) {
    this.refusals = refusals;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (var why : Refusal.values()) {
      FunctionCounter.builder("management.refused", refusals, all -> all.count(why))
          .description("Refused calls of the management port")
          .tag("reason", why.text())
          .register(registry);
    }
  }
}
