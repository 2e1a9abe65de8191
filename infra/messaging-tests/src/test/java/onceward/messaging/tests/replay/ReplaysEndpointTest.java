package onceward.messaging.tests.replay;

import static java.util.concurrent.TimeUnit.SECONDS;
import static onceward.messaging.tests.replay.Stories.CONSUMER;
import static onceward.messaging.tests.replay.Stories.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Property;
import io.micronaut.json.JsonMapper;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import onceward.messaging.testkit.TestDoor;
import onceward.messaging.tests.LedgerServiceTest;
import org.junit.jupiter.api.Test;

/** Goal: requests are understood or refused with what is allowed, and every one is on record. */
@MicronautTest(transactional = false)
@Property(name = "ledger.replay", value = "true")
class ReplaysEndpointTest extends LedgerServiceTest {

  @Inject EmbeddedServer server;
  @Inject JsonMapper json;

  @Test
  void a_plan_is_made_shown_and_changed_as_its_state_allows() throws Exception {
    var answer = post("", Map.of("consumer", CONSUMER, "topic", TOPIC, "reason", "a look"));
    assertThat(answer.statusCode()).isEqualTo(200);
    var id = fields(answer).get("replay");
    await().atMost(30, SECONDS).until(() -> "planned".equals(fields(get("/" + id)).get("state")));

    assertThat(fields(get("/" + id)))
        .containsEntry("mode", "repair")
        .containsEntry("operator", "grace")
        .containsKeys("ranges", "failures", "planned");
    assertThat(post("/%s/pause".formatted(id), Map.of("dryRun", true)).statusCode()).isEqualTo(409);
    assertThat(post("/%s/fly".formatted(id), Map.of("dryRun", true)).statusCode()).isEqualTo(404);
    assertThat(post("/%s/cancel".formatted(id), Map.of("dryRun", true)).statusCode())
        .isEqualTo(200);
    assertThat(fields(get("/" + id))).containsEntry("state", "planned");
    assertThat(post("/%s/cancel".formatted(id), Map.of()).statusCode()).isEqualTo(200);
    assertThat(post("/%s/run".formatted(id), Map.of()).body()).contains("is cancelled");
    assertThat(audited("replay " + id))
        .containsExactly(
            "pause replay refused",
            "fly replay refused",
            "cancel replay done",
            "cancel replay done",
            "run replay refused");
  }

  @Test
  void what_is_not_understood_is_refused_with_what_is_allowed_and_is_on_record() throws Exception {
    assertRefused(Map.of("topic", TOPIC), "the field 'consumer' is missing");
    assertRefused(
        Map.of("consumer", CONSUMER, "topic", TOPIC, "mode", "again"),
        "mode is 'again'; allowed: repair, force");
    assertRefused(
        Map.of("consumer", CONSUMER, "topic", TOPIC, "parttions", List.of(0)),
        "there is no field 'parttions'");
    assertRefused(
        Map.of("consumer", CONSUMER, "topic", TOPIC, "fromOffset", 1), "belong to one partition");
    assertRefused(
        Map.of("consumer", CONSUMER, "topic", TOPIC, "messages", List.of("no id")),
        "an id such as");
    assertRefused(Map.of("consumer", CONSUMER, "topic", TOPIC, "rate", 0), "rate is 0.0; allowed");
    assertRefused(Map.of("consumer", "nobody", "topic", TOPIC), "listener on story.events");
    assertThat(get("/0195d3c2-0000-7000-8000-000000000000").statusCode()).isEqualTo(404);
    assertThat(audited("nobody on " + TOPIC)).containsExactly("plan replay refused");
  }

  private void assertRefused(Map<String, Object> body, String why) throws Exception {
    var answer = post("", body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(why);
  }

  private List<String> audited(String subject) throws Exception {
    return service.look(connection -> {
      try (var select =
          connection.prepareStatement(
              "select action || ' ' || outcome from operator_audit where subject = ? order by id")) {
        select.setString(1, subject);
        var rows = select.executeQuery();
        var entries = new ArrayList<String>();
        while (rows.next()) {
          entries.add(rows.getString(1));
        }
        return entries;
      }
    });
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder().GET(), path);
  }

  private HttpResponse<String> post(String path, Map<String, Object> body) throws Exception {
    return send(
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .header("X-Onceward-Operator", "grace")
            .POST(BodyPublishers.ofByteArray(json.writeValueAsBytes(body))),
        path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          TestDoor.of(server.getApplicationContext())
              .asOperator(request, "/replays" + path)
              .build(),
          BodyHandlers.ofString());
    }
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> fields(HttpResponse<String> answer) throws Exception {
    return json.readValue(answer.body(), Map.class);
  }
}
