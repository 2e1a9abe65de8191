package onceward.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Calls the gateway as anybody could. */
record Client(String url) {

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(45);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  record Answer(int status, JsonNode json) {

    String text(String field) {
      return json.path(field).asText();
    }
  }

  Answer register(Person person) {
    return send(registration(person));
  }

  /** Signs up as part of a trace of the caller's, and returns the account's id. */
  UUID signUp(Person person, String traceparent) {
    var request = HttpRequest.newBuilder(registration(person), (_, _) -> true);
    return accountId(send(request.header("traceparent", traceparent).build()));
  }

  /** A sign-up whose answer may never come. */
  CompletableFuture<Integer> registerWithoutWaiting(Person person) {
    return HTTP.sendAsync(registration(person), BodyHandlers.discarding())
        .thenApply(HttpResponse::statusCode);
  }

  /** Signs up and returns the account's id. */
  UUID signUp(Person person) {
    return accountId(register(person));
  }

  private static UUID accountId(Answer answer) {
    if (answer.status() != 201) {
      throw new AssertionError("sign-up was answered " + answer);
    }
    return UUID.fromString(answer.text("accountId"));
  }

  /** The account once it has left PENDING, or as it is after 30 s. */
  Answer settled(UUID accountId) {
    return send(request("/v1/accounts/" + accountId).header("Prefer", "wait=30").build());
  }

  /** The account as it is now. */
  Answer account(UUID accountId) {
    return send(request("/v1/accounts/" + accountId).build());
  }

  Answer logIn(Person person) {
    var body =
        JSON.createObjectNode().put("loginId", person.loginId()).put("password", person.password());
    return send(json("/v1/sessions", body));
  }

  Answer me(String accessToken) {
    return send(request("/v1/me").header("Authorization", "Bearer " + accessToken).build());
  }

  /** Says whether the person wants to be found by name. */
  Answer changeListed(String accessToken, boolean listed) {
    var body = JSON.createObjectNode().put("listed", listed).toString();
    return send(
        request("/v1/me/profile")
            .header("Authorization", "Bearer " + accessToken)
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.ofString(body))
            .build());
  }

  /** Looks for people, with the parameters as they stand in the URL. */
  Answer findUsers(String accessToken, String parameters) {
    return send(
        request("/v1/users?" + parameters)
            .header("Authorization", "Bearer " + accessToken)
            .build());
  }

  private HttpRequest registration(Person person) {
    return json("/v1/accounts", JSON.valueToTree(person));
  }

  private HttpRequest json(String path, JsonNode body) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString()))
        .build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(ANSWER_WITHIN);
  }

  private static Answer send(HttpRequest request) {
    try {
      var response = HTTP.send(request, BodyHandlers.ofString());
      return new Answer(response.statusCode(), JSON.readTree(response.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
