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
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import onceward.user.StubAuthService;
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
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
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
                .put("phone", "+821000000101")
                .put("listed", false));
  }

  @Test
  @Order(2)
  void whether_the_person_is_listed_changes_with_the_message_that_says_so() throws Exception {
    var accountId = registered("listed@example.com", "+821000000121");
    var token = auth.token(ISSUER, accountId, inAMinute());

    assertThat(json(change(token, "{\"listed\":true}")).path("listed").asBoolean()).isTrue();
    assertThat(change(token, "{\"listed\":true}").statusCode()).isEqualTo(200);
    assertThat(json(profile(token)).path("listed").asBoolean()).isTrue();
    assertThat(json(change(token, "{\"listed\":false}")).path("listed").asBoolean()).isFalse();
    change(token, "{\"listed\":true}");

    var messages = assertThat(service.outbox()).about(accountId);
    messages
        .hasTypes("ProfileCreated", "ProfileListed", "ProfileUnlisted", "ProfileListed")
        .hasGaplessVersions();
    messages.last().hasField("name", "김민지").keepsContract();
  }

  /** Method: the database refuses the message. */
  @Test
  @Order(2)
  void without_the_message_nothing_changes() throws Exception {
    var accountId = registered("unheard@example.com", "+821000000131");
    var token = auth.token(ISSUER, accountId, inAMinute());
    execute("alter table outbox add constraint nobody check (type <> 'ProfileListed') not valid");
    try {
      assertThat(change(token, "{\"listed\":true}").statusCode()).isEqualTo(500);
    } finally {
      execute("alter table outbox drop constraint nobody");
    }
    assertThat(json(profile(token)).path("listed").asBoolean()).isFalse();
  }

  @Test
  @Order(2)
  void a_profile_that_is_removed_is_no_longer_listed() throws Exception {
    var accountId = registered("left@example.com", "+821000000141");
    var token = auth.token(ISSUER, accountId, inAMinute());
    change(token, "{\"listed\":true}");
    var expired =
        TestMessages.fromSample(
            "account", "AccountRegistrationExpired", accountId, 2, "accountId", accountId);
    service.publish(expired);
    assertThat(service.inbox("user-service")).eventually(Duration.ofSeconds(20)).handled(expired);

    assertProblem(change(token, "{\"listed\":false}"), 404);
    assertThat(service.outbox())
        .about(accountId)
        .hasTypes("ProfileCreated", "ProfileListed", "ProfileErased")
        .hasGaplessVersions();
  }

  @Test
  @Order(2)
  void a_change_that_is_not_understood_is_refused_and_names_the_field() throws Exception {
    var accountId = registered("careful@example.com", "+821000000151");
    var token = auth.token(ISSUER, accountId, inAMinute());

    assertRefused(change(token, "{}"), "listed");
    assertRefused(change(token, "{\"listed\":\"yes\"}"), "listed");
    assertRefused(change(token, "{\"listed\":null}"), "listed");
    assertRefused(change(token, "{\"listed\":true,\"name\":\"Ada\"}"), "body");
    assertProblem(change(token, "listed"), 400);
    assertProblem(change(null, "{\"listed\":true}"), 401);
    assertThat(json(profile(token)).path("listed").asBoolean()).isFalse();
  }

  private static void assertRefused(HttpResponse<String> answer, String field) throws IOException {
    assertProblem(answer, 400);
    assertThat(json(answer).path("errors").path(0).path("field").asText()).isEqualTo(field);
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
  void a_profile_that_is_not_restored_yet_gets_503_and_not_404() throws Exception {
    var accountId = UUID.randomUUID();
    execute(
        "insert into profile (account_id, status, listed, version) values ('%s', 'INCOMPLETE', true, 2)"
            .formatted(accountId));
    var token = auth.token(ISSUER, accountId, inAMinute());

    for (var answer : List.of(profile(token), change(token, "{\"listed\":false}"))) {
      assertProblem(answer, 503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
    assertThat(service.outbox()).isEmptyAbout(accountId);
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

  private void execute(String sql) throws SQLException {
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
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
    return send(HttpRequest.newBuilder().GET(), token);
  }

  private HttpResponse<String> change(@Nullable String token, String body)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder()
            .method("PATCH", BodyPublishers.ofString(body))
            .header("Content-Type", "application/json"),
        token);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, @Nullable String token)
      throws IOException, InterruptedException {
    request.uri(server.getURI().resolve("/v1/me/profile"));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
