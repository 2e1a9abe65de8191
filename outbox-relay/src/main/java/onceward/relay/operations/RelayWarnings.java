package onceward.relay.operations;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.util.TreeMap;
import org.reactivestreams.Publisher;

/**
 * What an operator has to mend although messages flow, by pipeline, such as an old primary that is
 * back. Always up: to take the relay out of service would mend nothing.
 */
@Singleton
@Readiness
final class RelayWarnings implements HealthIndicator {

  private final OperatedPipelines pipelines;

  RelayWarnings(OperatedPipelines pipelines) {
    this.pipelines = pipelines;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    var details = new TreeMap<String, String>();
    pipelines
        .all()
        .forEach(one -> {
          var warnings = one.pipeline().warnings();
          if (!warnings.isEmpty()) {
            details.put(one.name(), String.join("; ", warnings));
          }
        });
    return Publishers.just(
        HealthResult.builder("warnings", HealthStatus.UP).details(details).build());
  }
}
