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

/**
 * Readiness: down while any subscription does not flow, with the reason of each. A topic that keeps
 * records for longer than the inbox remembers is a warning among the details.
 */
@Singleton
@Readiness
@Requires(bean = Subscriptions.class)
final class SubscriptionHealth implements HealthIndicator {

  private final Subscriptions subscriptions;
  private final RetentionMargins margins;

  SubscriptionHealth(Subscriptions subscriptions, RetentionMargins margins) {
    this.subscriptions = subscriptions;
    this.margins = margins;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    var reasons = new TreeMap<String, String>();
    for (var loop : subscriptions.loops()) {
      loop.trouble().ifPresent(reason -> reasons.put(loop.subscription().toString(), reason));
    }
    var details = new TreeMap<String, String>(reasons);
    margins.warnings().forEach((name, warning) -> details.put("warning " + name, warning));
    var status = reasons.isEmpty() ? HealthStatus.UP : HealthStatus.DOWN;
    return Publishers.just(HealthResult.builder("subscriptions", status).details(details).build());
  }
}
