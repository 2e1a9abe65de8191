package onceward.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
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
import java.util.concurrent.atomic.AtomicInteger;

/** Signs people up through a gateway, and logs them in. Thread-safe. */
public final class People {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PASSWORD = "correct horse battery staple";
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
  private static final int OK = 200;
  private static final int CREATED = 201;

  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger count = new AtomicInteger();
  private final URI gateway;

  public People(String gatewayUrl) {
    this.gateway = URI.create(gatewayUrl);
  }

  /** A person with an account. */
  public record Somebody(String loginId, String accountId) {}

  /** Signs somebody up; the sign-up may not have ended. */
  public Somebody signUp() {
    var number = count.incrementAndGet();
    var loginId = "somebody" + number;
    var answer =
        call(
            post(
                "/v1/accounts",
                Map.of(
                    "loginId",
                    loginId,
                    "password",
                    PASSWORD,
                    "name",
                    "Somebody",
                    "email",
                    loginId + "@example.com",
                    "phone",
                    "+82102%07d".formatted(number))),
            CREATED);
    return new Somebody(loginId, answer.path("accountId").asText());
  }

  /** Waits until the account of a sign-up is active. */
  public void awaitActive(Somebody somebody) {
    var request = request("/v1/accounts/" + somebody.accountId()).header("Prefer", "wait=30");
    var status = call(request.build(), OK).path("status").asText();
    if (!status.equals("ACTIVE")) {
      throw new IllegalStateException("the account is %s after 30 s".formatted(status));
    }
  }

  /** An access token, which holds for some minutes. */
  public String logIn(Somebody somebody) {
    return call(login(somebody.loginId(), true), CREATED).path("accessToken").asText();
  }

  /** A login with the right password, or with a wrong one. */
  public HttpRequest login(String loginId, boolean right) {
    return post(
        "/v1/sessions",
        Map.of("loginId", loginId, "password", right ? PASSWORD : PASSWORD + " not"));
  }

  /** A request for that path, without a method yet. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(gateway.resolve(path)).timeout(ANSWER_WITHIN);
  }

  /**
   * Sends a request.
   *
   * @throws IllegalStateException if there is no answer with that status
   */
  public JsonNode call(HttpRequest request, int wanted) {
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != wanted) {
        throw new IllegalStateException(
            "%s %s was answered %d: %s"
                .formatted(request.method(), request.uri(), answer.statusCode(), answer.body()));
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new IllegalStateException("%s was not answered".formatted(request.uri()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest post(String path, Map<String, String> body) {
    try {
      return request(path)
          .header("Content-Type", "application/json")
          .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
          .build();
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
