package onceward.messaging.tests.resilience;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.testkit.TestDoor;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.Test;

/**
 * Goal: two that have the same name by mistake do not take messages from each other in silence:
 * whoever came second says so, and the first works on, or does so again.
 */
class SharedNamesTest {

  private static final int MESSAGES = 30;

  @Test
  void a_process_whose_name_another_took_goes_on_when_that_has_ended() throws Exception {
    try (var service = TestService.create("twins", "twin.events")) {
      var settings = settings(service, "twin.events", "twin");
      settings.put("messaging.session-timeout", "6s");
      try (var members = new Members(1, true, settings)) {
        members.awaitReady();
        try (var other = start(members.settings(0))) {
          await()
              .atMost(60, SECONDS)
              .untilAsserted(() ->
                  assertThat(members.readiness(0).text())
                      .startsWith("503")
                      .contains("another process runs as messaging.instance=twin-0"));
          await()
              .atMost(60, SECONDS)
              .until(() -> new Readiness(TestDoor.of(other.getApplicationContext())).isUp());
        }
        publishAndAwait(service, "twin");
        members.awaitReady();
      }
    }
  }

  /** Each has its own database: what one gets, the other never hears of. */
  @Test
  void a_service_that_names_its_consumer_like_another_is_refused_and_takes_no_message()
      throws Exception {
    try (var first = TestService.create("firm", "bill.events");
        var second = TestService.create("rival", "bill.events")) {
      var settings = settings(first, "bill.events", "billing");
      settings.put("micronaut.application.name", "firm");
      try (var members = new Members(1, true, settings)) {
        members.awaitReady();
        publishAndAwait(first, "billing");

        var rival = settings(second, "bill.events", "billing");
        rival.put("micronaut.application.name", "rival");
        rival.put("messaging.session-timeout", "6s");
        try (var refused = start(rival)) {
          await()
              .atMost(60, SECONDS)
              .untilAsserted(() ->
                  assertThat(new Readiness(TestDoor.of(refused.getApplicationContext())).text())
                      .startsWith("503")
                      .contains("the Kafka group billing.bill.events", "another service, firm"));
          publishAndAwait(first, "billing");
          members.awaitReady();
        }
      }
      assertThat(second.inbox("billing").latest()).isEmpty();
    }
  }

  private static void publishAndAwait(TestService service, String consumer) {
    var messages =
        IntStream.range(0, MESSAGES)
            .mapToObj(_ -> message(consumer.equals("twin") ? "twin" : "bill"))
            .toList();
    messages.forEach(message -> service.publish(message));
    await()
        .atMost(90, SECONDS)
        .until(() ->
            messages.stream().allMatch(message -> service.inbox(consumer).contains(message.id())));
  }

  private static Message message(String type) {
    var id = TestMessages.newId();
    return new Message(id, type, id.toString(), 1, Load.TYPE, "{}", MessageContext.NONE);
  }

  private static Map<String, Object> settings(TestService service, String topic, String consumer) {
    var settings = new HashMap<String, Object>(service.properties());
    settings.put(Effects.TOPIC, topic);
    settings.put(Effects.CONSUMER, consumer);
    return settings;
  }

  private static EmbeddedServer start(Map<String, Object> settings) {
    return ApplicationContext.run(EmbeddedServer.class, settings);
  }
}
