package onceward.ledgerapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** Calls the API with one token, or with none. */
record Caller(URI api, Optional<String> token) {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What was answered. */
  record Answer(HttpResponse<String> response) {

    int status() {
      return response.statusCode();
    }

    JsonNode json() throws IOException {
      return JSON.readTree(response.body());
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    /** The id of the verification that is answered. */
    String id() throws IOException {
      return json().path("id").asText();
    }

    String state() throws IOException {
      return json().path("state").asText();
    }
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(api.resolve(path)).GET());
  }

  Answer post(String path, String body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(api.resolve(path))
            .header("Content-Type", "application/json")
            .header("X-Onceward-Operator", "ada")
            .POST(BodyPublishers.ofString(body)));
  }

  Answer delete(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(api.resolve(path)).DELETE());
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    request.timeout(LIMIT);
    token.ifPresent(known -> request.header("Authorization", "Bearer " + known));
    return new Answer(HTTP.send(request.build(), BodyHandlers.ofString()));
  }
}
