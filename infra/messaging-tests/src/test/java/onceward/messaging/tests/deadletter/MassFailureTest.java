package onceward.messaging.tests.deadletter;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.IntStream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.testkit.TestDoor;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.tests.Ledger;
import onceward.messaging.tests.LedgerServiceTest;
import org.junit.jupiter.api.Test;

/**
 * Goal: when everything fails, the consumer is broken and not its messages: it stops, says so, and
 * goes on where it stopped when it is told to.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.mass-failure", value = "true")
@Property(name = "messaging.attempts-max", value = "1")
class MassFailureTest extends LedgerServiceTest {

  private static final String CONSUMER = "mass-consumer";
  private static final int MESSAGES = 200;

  @Serdeable
  record Opened() {}

  @Factory
  @Requires(property = "ledger.mass-failure")
  static class Subscribed {

    static volatile boolean broken = true;

    @Singleton
    Subscription masses(Ledger ledger) {
      return Subscription.of(CONSUMER, "mass.events")
          .on(
              "Opened",
              Opened.class,
              (_, message) -> {
                if (broken) {
                  throw new IllegalStateException();
                }
                ledger.enter(CONSUMER, message);
              });
    }
  }

  @Inject Ledger ledger;
  @Inject DeadLetterOffice office;
  @Inject EmbeddedServer server;

  @Test
  void a_subscription_whose_messages_all_fail_stops_and_goes_on_when_it_is_resumed()
      throws Exception {
    IntStream.range(0, MESSAGES)
        .mapToObj(key -> opened("key-" + key))
        .forEach(message -> service.publish(message));

    await()
        .atMost(30, SECONDS)
        .untilAsserted(() ->
            assertThat(get("/health/readiness").body())
                .contains("stopped: more than 20 % of its messages became dead letters"));
    assertThat(get("/health/readiness").statusCode()).isEqualTo(503);
    assertThat(office.open(null, 1_000)).hasSizeBetween(20, 40);

    Subscribed.broken = false;
    var answer = post("/messaging/" + CONSUMER + "/mass.events");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    // The last letters may have been written after the subscription was stopped.
    await()
        .atMost(30, SECONDS)
        .until(() -> ledger.entries(CONSUMER).size() + office.open(null, 1_000).size() == MESSAGES);
    assertThat(office.open(null, 1_000)).hasSizeBetween(20, 40);
    await().atMost(30, SECONDS).until(() -> get("/health/readiness").statusCode() == 200);

    await()
        .atMost(30, SECONDS)
        .untilAsserted(() ->
            assertThat(get("/messaging").body())
                .contains("\"consumer\":\"" + CONSUMER, "\"group\":\"mass-consumer.mass.events\"")
                .contains("\"flows\":true", "\"mass.events-0\":{\"lag\":0}", "\"parkedKeys\":[{"));

    office.open(null, 1_000).forEach(letter -> office.retry(letter.id()));
    assertThat(ledger.entries(CONSUMER)).hasSize(MESSAGES).doesNotHaveDuplicates();
    assertThat(get("/messaging").body()).contains("\"parkedKeys\":[]");
  }

  @Test
  void who_may_not_look_at_dead_letters_is_turned_away() throws Exception {
    var discard = "/dead-letters/" + TestMessages.newId() + "/discard";
    for (var path : List.of("/dead-letters", "/messaging", discard)) {
      var request = HttpRequest.newBuilder(door().address().resolve(path));
      assertThat(send(request.build()).statusCode()).isEqualTo(401);
      assertThat(send(request.POST(BodyPublishers.noBody()).build()).statusCode()).isEqualTo(401);
      var ofUsers = HttpRequest.newBuilder(server.getURI().resolve(path));
      assertThat(send(ofUsers.build()).statusCode()).isEqualTo(404);
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(door().get(path).build());
  }

  private HttpResponse<String> post(String path) throws Exception {
    return send(door().get(path).POST(BodyPublishers.noBody()).build());
  }

  private TestDoor door() {
    return TestDoor.of(server.getApplicationContext());
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString());
    }
  }

  private static Message opened(String key) {
    return new Message(TestMessages.newId(), "mass", key, 1, "Opened", "{}", MessageContext.NONE);
  }
}
