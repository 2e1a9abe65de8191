package onceward.relay;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.util.TreeMap;
import org.reactivestreams.Publisher;

/**
 * Readiness: up while every pipeline streams, or stands by for another relay that does; the state
 * and reason of each. Liveness takes no part: a restart of the process mends nothing that a restart
 * of the pipeline does not.
 */
@Singleton
@Readiness
final class RelayHealth implements HealthIndicator {

  private final Relay relay;

  RelayHealth(Relay relay) {
    this.relay = relay;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    var pipelines = new TreeMap<String, PipelineStatus.Snapshot>();
    relay.supervisors().forEach(one -> pipelines.put(one.name(), one.status()));
    var ready = pipelines.values().stream().allMatch(PipelineStatus.Snapshot::isReady);
    var details = new TreeMap<String, String>();
    pipelines.forEach((name, now) -> details.put(name, told(now)));
    return Publishers.just(
        HealthResult.builder("pipelines", ready ? HealthStatus.UP : HealthStatus.DOWN)
            .details(details)
            .build());
  }

  private static String told(PipelineStatus.Snapshot now) {
    return now.note() == null
        ? now.state() + ": " + now.reason()
        : "%s: %s; cannot look again: %s".formatted(now.state(), now.reason(), now.note());
  }
}
