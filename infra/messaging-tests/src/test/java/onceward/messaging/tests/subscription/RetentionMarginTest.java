package onceward.messaging.tests.subscription;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Property;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.List;
import onceward.messaging.tests.LedgerServiceTest;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * Goal: a topic that keeps records longer than the inbox remembers is told, and traffic goes on.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.failing", value = "true")
@Property(name = "messaging.retention.inbox", value = "2d")
class RetentionMarginTest extends LedgerServiceTest {

  @Inject MeterRegistry meters;
  @Inject List<HealthIndicator> health;

  @Test
  void a_negative_margin_is_a_metric_and_a_warning_of_a_service_that_is_ready() {
    await()
        .atMost(60, SECONDS)
        .untilAsserted(() ->
            assertThat(meters.get("inbox.retention.margin").timeGauge().value(SECONDS))
                .isNegative());
    await()
        .atMost(60, SECONDS)
        .untilAsserted(() ->
            assertThat(subscriptions())
                .contains("UP", "warning failing-consumer on crowd.events")
                .contains("the inbox remembers messages for 2 days")
                .contains("raise messaging.retention.inbox above"));
  }

  private String subscriptions() {
    return health.stream()
        .map(indicator -> Mono.from(indicator.getResult()).block())
        .filter(result -> result.getName().equals("subscriptions"))
        .map(result -> result.getStatus().getName() + " " + result.getDetails())
        .findFirst()
        .orElseThrow();
  }
}
