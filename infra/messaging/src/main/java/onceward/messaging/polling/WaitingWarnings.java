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
 * Among the warnings of readiness: a dead letter that waits for an operator, and keys that stand
 * still behind a message that cannot be handled for now. Always up: other messages flow, and to
 * take the service out of use would mend nothing.
 */
@Singleton
@Readiness
@Requires(beans = {OldestDeadLetter.class, OverdueReleases.class})
final class WaitingWarnings implements HealthIndicator {

  private final OldestDeadLetter oldest;
  private final OverdueReleases releases;

  WaitingWarnings(OldestDeadLetter oldest, OverdueReleases releases) {
    this.oldest = oldest;
    this.releases = releases;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    var details = new TreeMap<String, String>();
    oldest
        .failedAt()
        .ifPresent(since ->
            details.put(
                "dead letters",
                "the oldest has waited for an operator since %s; to list the causes: infra/onceward dlq groups (infra/docs/runbook/dead-letters.md)"
                    .formatted(since)));
    releases
        .standstill()
        .ifPresent(standstill ->
            details.put(
                "parked messages",
                "of %d keys stand still, since %s: %s; they go on by themselves when the cause is gone (infra/docs/runbook/dead-letters.md#keys-that-stand-still)"
                    .formatted(standstill.keys(), standstill.since(), standstill.reason())));
    return Publishers.just(
        HealthResult.builder("warnings", HealthStatus.UP).details(details).build());
  }
}
