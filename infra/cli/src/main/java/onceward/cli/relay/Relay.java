package onceward.cli.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import onceward.localstack.LocalStack;
import onceward.localstack.process.StackException;

/** The relay of a running system, asked over HTTP. */
record Relay(Path home) {

  private static final String PROGRAM = "outbox-relay";
  private static final ObjectMapper JSON = new ObjectMapper();

  // To pause waits for the batch in hand.
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(1);

  /** How each pipeline stands, in the order of the relay's settings. */
  List<JsonNode> pipelines() throws InterruptedException {
    var answer = send(HttpRequest.newBuilder(uri("")));
    if (answer.statusCode() != 200) {
      throw new StackException(
          "%s answers %d to GET /relay".formatted(PROGRAM, answer.statusCode()));
    }
    return StreamSupport.stream(read(answer).path("pipelines").spliterator(), false).toList();
  }

  /** What the relay answers to {@code pause}, {@code resume} or {@code accept}. */
  HttpResponse<String> tell(String pipeline, String action) throws InterruptedException {
    return send(
        HttpRequest.newBuilder(uri("/" + pipeline + "/" + action)).POST(BodyPublishers.noBody()));
  }

  static JsonNode read(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException unreadable) {
      throw new StackException(PROGRAM + " does not answer with JSON", unreadable);
    }
  }

  private URI uri(String path) {
    return URI.create(LocalStack.attach(home).program(PROGRAM).url() + "/relay" + path);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.timeout(ANSWER_LIMIT).build(), BodyHandlers.ofString());
    } catch (IOException unreachable) {
      throw new StackException(
          PROGRAM + " does not answer; `status` shows whether it runs", unreachable);
    }
  }
}
