package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import onceward.localstack.LocalStack;
import onceward.localstack.process.StackException;

/** The services that have dead letters, asked over HTTP: only they can handle a message. */
record Services(Path home) {

  private static final List<String> NAMES = List.of("auth-service", "user-service");
  private static final ObjectMapper JSON = new ObjectMapper();

  // A retry also handles every message behind the letter.
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(5);

  /** The open letters of all services, each with a field {@code service}, oldest first. */
  List<JsonNode> letters() throws InterruptedException {
    var letters = new ArrayList<JsonNode>();
    for (var service : NAMES) {
      var after = "";
      for (var page = page(service, after); !page.isEmpty(); page = page(service, after)) {
        for (var letter : page) {
          letters.add(((ObjectNode) letter).put("service", service));
          after = "?after=" + letter.path("id").asText();
        }
      }
    }
    return letters;
  }

  /** The open letter of that id. */
  JsonNode letter(String id) throws InterruptedException {
    return letters().stream()
        .filter(letter -> letter.path("id").asText().equals(id))
        .findFirst()
        .orElseThrow(() ->
            new StackException("there is no open dead letter " + id + "; `dlq ls` lists them"));
  }

  /** What the service answers to {@code retry} or {@code discard}. */
  HttpResponse<String> close(JsonNode letter, String action) throws InterruptedException {
    var service = letter.path("service").asText();
    var path = "/dead-letters/" + letter.path("id").asText() + "/" + action;
    return send(service, HttpRequest.newBuilder(uri(service, path)).POST(BodyPublishers.noBody()));
  }

  private JsonNode page(String service, String query) throws InterruptedException {
    var answer = send(service, HttpRequest.newBuilder(uri(service, "/dead-letters" + query)));
    if (answer.statusCode() != 200) {
      throw new StackException(
          "%s answers %d to GET /dead-letters".formatted(service, answer.statusCode()));
    }
    try {
      return JSON.readTree(answer.body()).path("deadLetters");
    } catch (IOException unreadable) {
      throw new StackException(service + " does not list dead letters as JSON", unreadable);
    }
  }

  private URI uri(String service, String path) {
    return URI.create(LocalStack.attach(home).program(service).url() + path);
  }

  private static HttpResponse<String> send(String service, HttpRequest.Builder request)
      throws InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.timeout(ANSWER_LIMIT).build(), BodyHandlers.ofString());
    } catch (IOException unreachable) {
      throw new StackException(
          service + " does not answer; `status` shows whether it runs", unreachable);
    }
  }
}
