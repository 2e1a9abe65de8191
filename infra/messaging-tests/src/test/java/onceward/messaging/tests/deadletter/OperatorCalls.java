package onceward.messaging.tests.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;
import io.micronaut.runtime.server.EmbeddedServer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import onceward.messaging.testkit.TestDoor;

/** Calls the operators' endpoint of the service under test, as the operator "ada". */
@Singleton
@Requires(property = "ledger.failing")
class OperatorCalls {

  private final EmbeddedServer server;
  private final JsonMapper json;

  OperatorCalls(EmbeddedServer server, JsonMapper json) {
    this.server = server;
    this.json = json;
  }

  /** An answer with its status and its fields. */
  record Answer(int status, String text, Map<String, Object> fields) {

    String field(String name) {
      return String.valueOf(fields.get(name));
    }

    int number(String name) {
      return ((Number) fields.getOrDefault(name, -1)).intValue();
    }

    @SuppressWarnings("unchecked")
    List<Map<String, Object>> list(String name) {
      return (List<Map<String, Object>>) fields.getOrDefault(name, List.of());
    }
  }

  Answer get(String path) throws Exception {
    return send(HttpRequest.newBuilder().GET(), path);
  }

  Answer post(String path, Map<String, Object> body) throws Exception {
    var bytes = json.writeValueAsBytes(body);
    return send(
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(bytes)),
        path);
  }

  private Answer send(HttpRequest.Builder request, String path) throws Exception {
    var call =
        TestDoor.of(server.getApplicationContext())
            .asOperator(request, "/dead-letters" + path)
            .header("X-Onceward-Operator", "ada")
            .build();
    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(call, BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body(), fields(answer.body()));
    }
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> fields(String body) throws IOException {
    return json.readValue(body.getBytes(UTF_8), Map.class);
  }
}
