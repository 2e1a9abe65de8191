package onceward.messaging.tests.subscription;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.subscription.TransientFailureException;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * Goal: whoever asks for readiness learns that messages do not flow, which, and why; and nothing
 * the record holds.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.health", value = "true")
class SubscriptionHealthTest extends LedgerServiceTest {

  private static final String CONSUMER = "health-consumer";

  @Serdeable
  record Opened(String note) {}

  @Factory
  @Requires(property = "ledger.health")
  static class Subscribed {

    @Singleton
    Subscription parcels(Ledger ledger) {
      return Subscription.of(CONSUMER, "parcel.events")
          .on("Opened", Opened.class, (_, message) -> enter(ledger, message));
    }

    private static void enter(Ledger ledger, Message message) {
      if (message.aggregateId().equals("broken")) {
        throw new TransientFailureException("the lamp is out", new IllegalStateException("a note"));
      }
      if (message.aggregateId().equals("poisoned")) {
        throw new IllegalArgumentException("no such lamp");
      }
      ledger.enter(CONSUMER, message);
    }

    @Singleton
    Subscription nothings() {
      return Subscription.of(CONSUMER + "-2", "no-such-topic.events")
          .on("Opened", Opened.class, (_, _) -> {});
    }
  }

  @Inject Ledger ledger;
  @Inject List<HealthIndicator> indicators;

  /** Method: one message cannot be handled for now; a topic is missing. */
  @Test
  void
      a_message_that_cannot_be_handled_now_holds_back_its_partition_is_named_and_lets_others_flow() {
    service.publish(opened("broken"));

    await()
        .atMost(20, SECONDS)
        .untilAsserted(() ->
            assertThat(reasons())
                .contains("the lamp is out")
                .contains("there is no topic no-such-topic.events"));
    assertThat(reasons())
        .contains(CONSUMER + " on parcel.events", "parcel.events-", "offset 0")
        .doesNotContain("a note");
    assertThat(health().getStatus().getName()).isEqualTo("DOWN");

    for (var parcel = 0; parcel < 20; parcel++) {
      service.publish(opened("parcel-" + parcel));
    }
    // 20 keys on 6 partitions: one of which is held back.
    await().atMost(20, SECONDS).until(() -> ledger.entries(CONSUMER).size() >= 10);
  }

  @Test
  void a_dead_letter_is_a_warning_and_no_reason_to_be_down() {
    service.publish(opened("poisoned"));

    await()
        .atMost(60, SECONDS)
        .untilAsserted(() ->
            assertThat(String.valueOf(health("warnings").getDetails()))
                .contains("dead letters=the oldest has waited for an operator since"));
    assertThat(health("warnings").getStatus().getName()).isEqualTo("UP");
  }

  private String reasons() {
    return String.valueOf(health().getDetails());
  }

  private HealthResult health() {
    return health("subscriptions");
  }

  private HealthResult health(String name) {
    return indicators.stream()
        .map(indicator -> Mono.from(indicator.getResult()).block())
        .filter(result -> result.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Message opened(String parcel) {
    return new Message(
        TestMessages.newId(),
        "parcel",
        parcel,
        1,
        "Opened",
        "{\"note\":\"a note\"}",
        MessageContext.NONE);
  }
}
