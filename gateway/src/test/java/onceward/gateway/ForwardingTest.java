package onceward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ForwardingTest extends GatewayTest {
  @Test
  void a_call_and_its_answer_pass_through_unchanged() {
    gateway.auth.answers(
        "/v1/accounts",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/v1/accounts/42");
          StubService.reply(exchange, 201, "{\"accountId\":\"42\",\"name\":\"Zoë\"}");
        });

    HttpResponse<String> answer =
        gateway.send(
            gateway
                .to("/v1/accounts?a=1&b=%20x")
                .header("Content-Type", "application/json; charset=utf-8")
                .header("Idempotency-Key", "\"abc\"")
                .POST(BodyPublishers.ofString("{\"loginId\":\"zoë\"}")));

    StubService.Asked asked = gateway.auth.asked();
    assertThat(asked.method()).isEqualTo("POST");
    assertThat(asked.uri()).isEqualTo("/v1/accounts?a=1&b=%20x");
    assertThat(asked.body()).isEqualTo("{\"loginId\":\"zoë\"}");
    assertThat(asked.headers().get("Content-type"))
        .containsExactly("application/json; charset=utf-8");
    assertThat(asked.headers().get("Idempotency-key")).containsExactly("\"abc\"");
    assertThat(asked.headers().get("Host")).containsExactly("127.0.0.1:" + gateway.auth.port());
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.headers().firstValue("Location")).contains("/v1/accounts/42");
    assertThat(answer.body()).isEqualTo("{\"accountId\":\"42\",\"name\":\"Zoë\"}");
  }

  @Test
  void an_error_answer_of_a_service_passes_through_unchanged() {
    gateway.auth.answers("/v1/sessions", 401, "{\"type\":\"/problems/login-failed\"}");

    HttpResponse<String> answer = gateway.post("/v1/sessions", "{}");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).isEqualTo("{\"type\":\"/problems/login-failed\"}");
  }

  @Test
  void a_body_sent_in_chunks_arrives_whole() {
    gateway.auth.answers("/v1/sessions", 201, "{}");
    byte[] body =
        ("{\"a\":\"" + "x".repeat(30_000) + "\"}")
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);

    HttpResponse<String> answer =
        gateway.send(
            gateway
                .to("/v1/sessions")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArrays(List.of(body))));

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(gateway.auth.asked().body()).hasSize(body.length);
  }

  @Test
  void the_token_goes_on_to_the_service() {
    gateway.user.answers("/v1/me/profile", 200, "{\"name\":\"Ada\"}");

    HttpResponse<String> answer = gateway.send(gateway.asUser("/v1/me/profile"));

    assertThat(answer.body()).isEqualTo("{\"name\":\"Ada\"}");
    assertThat(gateway.user.asked().headers().getFirst("Authorization")).startsWith("Bearer ey");
  }

  @Test
  void the_directory_is_behind_the_door_with_a_token() {
    gateway.user.answers("/v1/users", 200, "{\"users\":[]}");

    HttpResponse<String> answer = gateway.send(gateway.asUser("/v1/users?prefix=ann&limit=2"));

    assertThat(answer.body()).isEqualTo("{\"users\":[]}");
    assertThat(gateway.user.asked().uri()).isEqualTo("/v1/users?prefix=ann&limit=2");
    ProblemAssert.assertProblem(
        gateway.send(gateway.to("/v1/users?prefix=ann")),
        "/problems/unauthenticated",
        401,
        "/v1/users");
  }

  @Test
  void a_wait_longer_than_the_default_client_timeout_is_waited_for() {
    CountDownLatch never = new CountDownLatch(1);
    gateway.auth.answers(
        "/v1/accounts/42",
        exchange -> {
          await(never, 11);
          StubService.reply(exchange, 200, "{\"status\":\"ACTIVE\"}");
        });

    HttpResponse<String> answer =
        gateway.send(gateway.to("/v1/accounts/42").header("Prefer", "wait=11"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(gateway.auth.asked().headers().getFirst("Prefer")).isEqualTo("wait=11");
  }

  @Test
  void a_redirect_is_handed_to_the_caller_not_followed() {
    gateway.auth.answers(
        "/v1/accounts/42",
        exchange -> {
          exchange.getResponseHeaders().set("Location", gateway.user.url() + "/elsewhere");
          StubService.reply(exchange, 303, "");
        });

    assertThat(gateway.send(gateway.to("/v1/accounts/42")).statusCode()).isEqualTo(303);
    assertThat(gateway.user.askedSoFar()).isZero();
  }

  @Test
  void an_absolute_request_line_does_not_choose_the_host() {
    gateway.auth.answers("/v1/accounts/42", 200, "{}");

    String answer =
        gateway.sendRaw(
            "GET " + gateway.user.url() + "/v1/accounts/42 HTTP/1.1",
            "Host: x",
            "Connection: close",
            "",
            "");

    assertThat(answer).startsWith("HTTP/1.1 200");
    assertThat(gateway.user.askedSoFar()).isZero();
    assertThat(gateway.auth.asked().uri()).isEqualTo("/v1/accounts/42");
  }

  @Test
  void a_slow_service_is_a_504_with_a_clear_detail() {
    CountDownLatch answered = new CountDownLatch(1);
    try (RunningGateway impatient =
        new RunningGateway(Map.of("micronaut.http.services.user-service.read-timeout", "300ms"))) {
      impatient.user.answers("/v1/me/profile", exchange -> await(answered, 30));

      HttpResponse<String> answer = impatient.send(impatient.asUser("/v1/me/profile"));
      answered.countDown();

      ProblemAssert.assertProblem(answer, "/problems/upstream-timeout", 504, "/v1/me/profile");
      assertThat(answer.body()).contains("user-service did not answer in time");
    }
  }

  @Test
  void a_service_that_breaks_off_is_a_502() {
    gateway.user.answers("/v1/me/profile", exchange -> exchange.close());

    HttpResponse<String> answer = gateway.send(gateway.asUser("/v1/me/profile"));

    ProblemAssert.assertProblem(answer, "/problems/bad-upstream-answer", 502, "/v1/me/profile");
  }

  @Test
  void a_service_that_is_down_is_a_503_and_the_door_stays_open() {
    try (RunningGateway alone = new RunningGateway()) {
      alone.auth.close();

      HttpResponse<String> answer = alone.post("/v1/sessions", "{}");

      ProblemAssert.assertProblem(answer, "/problems/upstream-unavailable", 503, "/v1/sessions");
      assertThat(answer.body()).contains("auth-service cannot be reached");
      assertThat(alone.send(alone.to("/health/readiness")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void answers_about_one_person_are_kept_out_of_caches() {
    gateway.auth.answers("/v1/sessions", 201, "{\"accessToken\":\"x\"}");

    assertThat(gateway.post("/v1/sessions", "{}").headers().allValues("Cache-Control"))
        .containsExactly("no-store");
    assertThat(gateway.send(gateway.to("/v1/me")).headers().allValues("Cache-Control"))
        .containsExactly("no-store");
  }

  @Test
  void no_browser_guesses_the_type_of_an_answer_and_none_is_told_to_insist_on_tls_by_default() {
    for (String path : List.of("/health", "/v1/me", "/v1/nothing", "/v1/accounts/42")) {
      HttpResponse<String> answer = gateway.send(gateway.to(path));
      assertThat(answer.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
      assertThat(answer.headers().allValues("Strict-Transport-Security")).isEmpty();
    }
  }

  @Test
  void behind_tls_browsers_are_told_to_use_nothing_else_and_named_origins_may_call() {
    try (RunningGateway behindTls =
        new RunningGateway(
            Map.of(
                "http.strict-transport-security-max-age", "365d",
                "gateway.cors.allowed-origins", "https://app.example,https://b.example"))) {
      behindTls.auth.answers("/v1/sessions", 201, "{}");

      HttpResponse<String> named = fromOrigin(behindTls, "https://app.example");
      HttpResponse<String> other = fromOrigin(behindTls, "https://evil.example");

      assertThat(named.headers().allValues("Strict-Transport-Security"))
          .containsExactly("max-age=31536000; includeSubDomains");
      assertThat(named.headers().allValues("Access-Control-Allow-Origin"))
          .containsExactly("https://app.example");
      assertThat(other.headers().allValues("Access-Control-Allow-Origin")).isEmpty();

      HttpResponse<String> preflight = preflight(behindTls, "https://b.example");
      assertThat(preflight.statusCode()).isEqualTo(204);
      assertThat(preflight.headers().allValues("Access-Control-Allow-Origin"))
          .containsExactly("https://b.example");
      assertThat(preflight.headers().allValues("Access-Control-Allow-Methods"))
          .containsExactly("DELETE, GET, POST");
      assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers").orElseThrow())
          .contains("Authorization");
      assertThat(preflight(behindTls, "https://evil.example").headers().map())
          .doesNotContainKey("access-control-allow-methods");
    }
    assertThat(preflight(gateway, "https://app.example").statusCode()).isBetween(400, 499);
  }

  private static HttpResponse<String> preflight(RunningGateway gateway, String origin) {
    return gateway.send(
        gateway
            .to("/v1/sessions")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .method("OPTIONS", BodyPublishers.noBody()));
  }

  private static HttpResponse<String> fromOrigin(RunningGateway gateway, String origin) {
    return gateway.send(
        gateway
            .to("/v1/sessions")
            .header("Origin", origin)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}")));
  }

  @Test
  void a_caller_that_asks_to_close_gets_its_connection_closed_after_the_answer() {
    gateway.auth.answers("/v1/accounts/42", 200, "{}");

    String answer =
        gateway.sendRaw("GET /v1/accounts/42 HTTP/1.1", "Host: x", "Connection: close", "", "");

    assertThat(answer).startsWith("HTTP/1.1 200").containsIgnoringCase("connection: close");
  }

  @Test
  void a_caller_that_speaks_http_1_0_is_not_kept_waiting_for_the_end() {
    gateway.auth.answers("/v1/accounts/42", 200, "{}");

    assertThat(gateway.sendRaw("GET /v1/accounts/42 HTTP/1.0", "", "")).contains(" 200 ");
  }

  @Test
  void the_signing_keys_are_public() {
    HttpResponse<String> answer = gateway.send(gateway.to("/.well-known/jwks.json"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"kid\":\"k1\"").doesNotContain("\"d\":");
  }

  private static void await(CountDownLatch latch, int secondsMax) throws IOException {
    try {
      // The outcome does not matter: the point is that the answer is late.
      boolean _ = latch.await(secondsMax, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      throw new IOException(interrupted);
    }
  }
}
