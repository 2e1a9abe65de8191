package onceward.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
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
import java.util.Set;

/** Signs one person up through the gateway and waits for the outcome. Thread-safe; blocks. */
final class SignUpClient {

  private static final Duration CALL_LIMIT = Duration.ofSeconds(30);
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final int WAIT_S = 10;
  private static final Set<Integer> BUSY = Set.of(429, 503);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_LIMIT)
          .build();
  private final String gateway;
  private final Duration settleLimit;

  SignUpClient(String gateway, Duration settleLimit) {
    this.gateway = gateway;
    this.settleLimit = settleLimit;
  }

  /** Never throws for what the other side does: that is a result as well. */
  SignUpResult signUp(Person person) throws InterruptedException {
    long start = System.nanoTime();
    try {
      HttpResponse<String> answer = send(post(person));
      Duration took = since(start);
      return switch (answer.statusCode()) {
        case 201 -> settle(JSON.readTree(answer.body()).path("accountId").asText(), took);
        case 409 -> SignUpResult.refused(Outcome.LOGIN_ID_TAKEN, took);
        case 400 -> SignUpResult.refused(Outcome.INVALID, took);
        default -> SignUpResult.failed(took, "sign-up answered " + answer.statusCode());
      };
    } catch (IOException e) {
      return SignUpResult.failed(since(start), "sign-up failed: " + e);
    }
  }

  private SignUpResult settle(String accountId, Duration post)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (since(start).compareTo(settleLimit) < 0) {
      HttpResponse<String> answer = send(status(accountId));
      if (answer.statusCode() != 200) {
        return SignUpResult.failed(post, "account status answered " + answer.statusCode());
      }
      Optional<Outcome> outcome = outcome(JSON.readTree(answer.body()));
      if (outcome.isPresent()) {
        return new SignUpResult(outcome.get(), post, Optional.of(since(start)), Optional.empty());
      }
    }
    return SignUpResult.refused(Outcome.UNFINISHED, post);
  }

  private static Optional<Outcome> outcome(JsonNode account) {
    String status = account.path("status").asText();
    return status.equals("PENDING")
        ? Optional.empty()
        : Optional.of(Outcome.settled(status, account.path("reason").asText()));
  }

  private HttpRequest post(Person person) throws JsonProcessingException {
    return request("/v1/accounts")
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(JSON.writeValueAsString(person)))
        .build();
  }

  private HttpRequest status(String accountId) {
    return request("/v1/accounts/" + accountId).header("Prefer", "wait=" + WAIT_S).GET().build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(gateway + path)).timeout(CALL_LIMIT);
  }

  /** The answer; while the system says that it is busy, asks again when the answer says so. */
  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (true) {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      Optional<Duration> pause = retryAfter(answer);
      if (pause.isEmpty() || since(start).compareTo(settleLimit) >= 0) {
        return answer;
      }
      Thread.sleep(pause.get());
    }
  }

  private static Optional<Duration> retryAfter(HttpResponse<String> answer) {
    return BUSY.contains(answer.statusCode())
        ? answer
            .headers()
            .firstValue("Retry-After")
            .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
        : Optional.empty();
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
