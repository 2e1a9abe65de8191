package onceward.benchmarks.rebuild;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Somebody who has signed up, and looks for people through the gateway. Thread-safe. */
final class Callers {

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
  private static final String LOGIN = "bench";
  private static final String PASSWORD = "correct horse battery staple";
  private static final int PREFIXES = 0x1000;

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final String url;
  private volatile String token = "";

  Callers(String url) {
    this.url = url;
  }

  /** Signs up, and waits until the account is active. */
  void signUp() throws IOException, InterruptedException {
    var account =
        call(
                post(
                    "/v1/accounts",
                    Map.of(
                        "loginId", LOGIN,
                        "password", PASSWORD,
                        "name", "Bench Mark",
                        "email", "bench@example.com",
                        "phone", "+821012345678")),
                201)
            .path("accountId")
            .asText();
    var settled =
        call(request("/v1/accounts/" + account).header("Prefer", "wait=30").build(), 200)
            .path("status")
            .asText();
    if (!settled.equals("ACTIVE")) {
      throw new IllegalStateException("the account is %s after 30 s".formatted(settled));
    }
  }

  /** Gets an access token, which holds for some minutes. */
  void logIn() throws IOException, InterruptedException {
    token =
        call(post("/v1/sessions", Map.of("loginId", LOGIN, "password", PASSWORD)), 201)
            .path("accessToken")
            .asText();
  }

  /**
   * Looks for people whose name begins with three random hexadecimal digits.
   *
   * @return whether it was answered with people; there always are some
   */
  boolean search() {
    var prefix = "%03x".formatted(ThreadLocalRandom.current().nextInt(PREFIXES));
    try {
      return !call(
              request("/v1/users?prefix=" + prefix)
                  .header("Authorization", "Bearer " + token)
                  .build(),
              200)
          .path("users")
          .isEmpty();
    } catch (IOException | IllegalStateException failed) {
      System.err.println("a search failed: " + failed);
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private HttpRequest post(String path, Map<String, String> body) throws IOException {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(json.writeValueAsString(body)))
        .build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(ANSWER_WITHIN);
  }

  private JsonNode call(HttpRequest request, int expected)
      throws IOException, InterruptedException {
    var answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != expected) {
      throw new IllegalStateException(
          "%s was answered %d: %s".formatted(request.uri(), answer.statusCode(), answer.body()));
    }
    return json.readTree(answer.body());
  }
}
