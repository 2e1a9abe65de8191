package onceward.user.profile;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.support.TestPropertyProvider;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Goal: whoever holds a token sees the profile of that token's account, and nobody else's. */
@MessagingTest(
    name = "user",
    topics = {"account.events", "profile.events"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProfileControllerTest implements TestPropertyProvider {

  private static final String ISSUER = "https://onceward.test";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StubAuthService auth = new StubAuthService();
  private final HttpClient http = HttpClient.newHttpClient();

  @Inject TestService service;
  @Inject EmbeddedServer server;

  @Override
  public Map<String, String> getProperties() {
    return Map.of("auth.issuer", ISSUER, "auth-service.url", auth.url());
  }

  @AfterAll
  void end() {
    http.close();
    auth.close();
  }

  /** Comes first: keys that were fetched once are kept. */
  @Test
  @Order(1)
  void while_no_keys_are_known_the_caller_is_asked_to_come_back() throws Exception {
    auth.answersNothing();
    var answer = profile(auth.token(ISSUER, UUID.randomUUID(), inAMinute()));
    assertProblem(answer, 503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("5");

    auth.answersKeys();
    await()
        .atMost(20, SECONDS)
        .until(
            () -> profile(auth.token(ISSUER, UUID.randomUUID(), inAMinute())).statusCode() == 404);
  }

  @Test
  @Order(2)
  void a_customer_s_token_does_not_open_what_is_for_operators() throws Exception {
    var token = auth.token(ISSUER, UUID.randomUUID(), inAMinute());
    for (var path : List.of("/dead-letters", "/messaging", "/replays")) {
      var request =
          HttpRequest.newBuilder(server.getURI().resolve(path))
              .header("Authorization", "Bearer " + token)
              .build();
      var answer = http.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isIn(401, 403);
    }
  }

  @Test
  @Order(2)
  void the_own_profile_has_exactly_these_fields() throws Exception {
    var accountId = registered("own@example.com", "+821000000101");

    var answer = profile(auth.token(ISSUER, accountId, inAMinute()));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(answer.body()))
        .isEqualTo(
            JSON.createObjectNode()
                .put("accountId", accountId.toString())
                .put("name", "김민지")
                .put("email", "own@example.com")
                .put("phone", "+821000000101"));
  }

  @Test
  @Order(2)
  void the_token_alone_decides_whose_profile_it_is() throws Exception {
    registered("mine@example.com", "+821000000111");
    var other = registered("other@example.com", "+821000000112");

    var answer = profile(auth.token(ISSUER, other, inAMinute()));

    assertThat(json(answer).path("email").asText()).isEqualTo("other@example.com");
  }

  @Test
  @Order(2)
  void an_account_without_a_profile_gets_404() throws Exception {
    assertProblem(profile(auth.token(ISSUER, UUID.randomUUID(), inAMinute())), 404);
  }

  @Test
  @Order(2)
  void without_a_token_there_is_nothing_to_see() throws Exception {
    assertProblem(profile(null), 401);
  }

  @Test
  @Order(2)
  void a_token_of_another_issuer_is_refused() throws Exception {
    assertProblem(
        profile(auth.token("https://elsewhere.test", UUID.randomUUID(), inAMinute())), 401);
  }

  @Test
  @Order(2)
  void an_expired_token_is_refused() throws Exception {
    var expired = Instant.now().minusSeconds(60);
    assertProblem(profile(auth.token(ISSUER, UUID.randomUUID(), expired)), 401);
  }

  @Test
  @Order(2)
  void a_token_signed_by_somebody_else_is_refused() throws Exception {
    try (var stranger = new StubAuthService()) {
      assertProblem(profile(stranger.token(ISSUER, UUID.randomUUID(), inAMinute())), 401);
    }
  }

  private static void assertProblem(HttpResponse<String> answer, int status) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(json(answer).path("status").asInt()).isEqualTo(status);
    assertThat(json(answer).path("type").asText()).startsWith("/problems/");
    assertThat(json(answer).path("detail").asText())
        .isNotEmpty()
        .doesNotContain("onceward")
        .doesNotContain("Exception");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    return JSON.readTree(answer.body());
  }

  private static Instant inAMinute() {
    return Instant.now().plusSeconds(60);
  }

  private UUID registered(String email, String phone) {
    var accountId = UUID.randomUUID();
    var message =
        TestMessages.fromSample(
            "account",
            "AccountRegistered",
            accountId,
            1,
            "accountId",
            accountId,
            "email",
            email,
            "phone",
            phone);
    service.publish(message);
    assertThat(service.inbox("user-service")).eventually(Duration.ofSeconds(20)).handled(message);
    return accountId;
  }

  private HttpResponse<String> profile(@Nullable String token)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(server.getURI().resolve("/v1/me/profile"));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
