package onceward.messaging.retention;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import jakarta.inject.Singleton;
import java.util.TreeMap;
import org.reactivestreams.Publisher;

/**
 * Shows in {@code /health} what retention has found. Always up: requests and messages flow on, and
 * to take an instance out of traffic would mend nothing.
 */
@Singleton
@Requires(bean = Maintenance.class)
final class RetentionHealth implements HealthIndicator {

  private final Maintenance maintenance;

  RetentionHealth(Maintenance maintenance) {
    this.maintenance = maintenance;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    var details = new TreeMap<String, Object>();
    maintenance
        .last()
        .forEach((table, run) ->
            details.put(table.toString(), run.trouble().isEmpty() ? "well" : run.trouble()));
    return Publishers.just(
        HealthResult.builder("retention", HealthStatus.UP).details(details).build());
  }
}
