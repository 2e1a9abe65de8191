package onceward.relay.operations;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.util.TreeMap;
import onceward.relay.pipeline.Status;
import org.reactivestreams.Publisher;

/**
 * Readiness: up while every pipeline streams, or stands by for another relay that does; the state
 * and reason of each. Liveness takes no part: a restart of the process mends nothing that a restart
 * of the pipeline does not.
 */
@Singleton
@Readiness
final class RelayHealth implements HealthIndicator {

  private final OperatedPipelines pipelines;

  RelayHealth(OperatedPipelines pipelines) {
    this.pipelines = pipelines;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    var stands = new TreeMap<String, Status>();
    pipelines.all().forEach(one -> stands.put(one.name(), one.pipeline().status()));
    var ready = stands.values().stream().allMatch(Status::isReady);
    var details = new TreeMap<String, String>();
    stands.forEach((name, now) -> details.put(name, now.line()));
    return Publishers.just(
        HealthResult.builder("pipelines", ready ? HealthStatus.UP : HealthStatus.DOWN)
            .details(details)
            .build());
  }
}
