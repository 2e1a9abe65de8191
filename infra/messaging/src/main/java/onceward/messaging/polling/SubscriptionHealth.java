package onceward.messaging.polling;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.util.TreeMap;
import org.reactivestreams.Publisher;

/** Readiness: down while any subscription does not flow, with the reason of each. */
@Singleton
@Readiness
@Requires(bean = Subscriptions.class)
final class SubscriptionHealth implements HealthIndicator {

  private final Subscriptions subscriptions;

  SubscriptionHealth(Subscriptions subscriptions) {
    this.subscriptions = subscriptions;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    var reasons = new TreeMap<String, String>();
    for (var loop : subscriptions.loops()) {
      loop.trouble().ifPresent(reason -> reasons.put(loop.subscription().toString(), reason));
    }
    var status = reasons.isEmpty() ? HealthStatus.UP : HealthStatus.DOWN;
    return Publishers.just(HealthResult.builder("subscriptions", status).details(reasons).build());
  }
}
