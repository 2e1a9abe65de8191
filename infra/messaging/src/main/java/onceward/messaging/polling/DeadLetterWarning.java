package onceward.messaging.polling;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.util.Map;
import org.reactivestreams.Publisher;

/**
 * Among the warnings of readiness: a dead letter that waits for an operator. Always up: other
 * messages flow, and to take the service out of use would mend nothing.
 */
@Singleton
@Readiness
@Requires(bean = OldestDeadLetter.class)
final class DeadLetterWarning implements HealthIndicator {

  private final OldestDeadLetter oldest;

  DeadLetterWarning(OldestDeadLetter oldest) {
    this.oldest = oldest;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    var details =
        oldest
            .failedAt()
            .map(since ->
                Map.of(
                    "dead letters",
                    "the oldest has waited for an operator since %s; to list the causes: infra/onceward dlq groups (infra/docs/runbook/dead-letters.md)"
                        .formatted(since)))
            .orElse(Map.of());
    return Publishers.just(
        HealthResult.builder("warnings", HealthStatus.UP).details(details).build());
  }
}
