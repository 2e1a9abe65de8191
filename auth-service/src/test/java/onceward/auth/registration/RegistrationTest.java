package onceward.auth.registration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import onceward.auth.AuthServiceTest;
import onceward.messaging.testkit.Contracts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: a sign-up leaves a pending account and its message, or nothing at all and a reason. */
class RegistrationTest extends AuthServiceTest {

  @Test
  void a_sign_up_answers_with_a_pending_account_and_where_to_ask_for_it() {
    var answer = post("/v1/accounts", somebody());

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.text("status")).isEqualTo("PENDING");
    assertThat(answer.response().headers().firstValue("Location"))
        .hasValue("/v1/accounts/" + answer.text("accountId"));
    assertThat(get("/v1/accounts/" + answer.text("accountId")).text("status")).isEqualTo("PENDING");
  }

  @Test
  void a_sign_up_leaves_one_message_that_keeps_the_contract_and_holds_no_password() {
    var person = somebody().put("email", "Minji.KIM@Example.com").put("phone", "010-9876-5432");
    var accountId = signUp(person);

    assertThat(service.outbox().about(accountId))
        .singleElement()
        .satisfies(message -> {
          assertThat(message.type()).isEqualTo("AccountRegistered");
          assertThat(message.topic()).isEqualTo("account.events");
          assertThat(message.aggregateVersion()).isEqualTo(1);
          assertThat(Contracts.violations("account.events", "AccountRegistered", message.payload()))
              .isEmpty();
          assertThat(message.payload())
              .contains("minji.kim@example.com", "+821098765432")
              .doesNotContain(PASSWORD, "argon2");
        });
  }

  /** Method: the role may not connect, and its connections end. */
  @Test
  void without_its_database_the_service_answers_503_and_when_to_come_again() throws SQLException {
    var role = service.properties().getOrDefault("datasources.default.username", "");
    execute("alter role %s nologin".formatted(role));
    try {
      execute(
          "select pg_terminate_backend(pid, 10000) from pg_stat_activity where usename = '%s'"
              .formatted(role));

      var answer = post("/v1/accounts", somebody());
      assertThat(answer.status()).as("%s", answer.json()).isEqualTo(503);
      assertThat(answer.response().headers().firstValue("Retry-After")).hasValue("5");
      assertThat(answer.response().headers().firstValue("Content-Type"))
          .hasValue("application/problem+json");
    } finally {
      execute("alter role %s login".formatted(role));
      leaveNoBrokenConnection();
    }
  }

  /** The pool hands out unseen what was used within half a second, each broken one once. */
  private void leaveNoBrokenConnection() {
    await()
        .atMost(Duration.ofMinutes(1))
        .during(Duration.ofSeconds(1))
        .until(() -> post("/v1/accounts", somebody()).status() == 201);
  }

  private void execute(String sql) throws SQLException {
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void a_login_id_that_is_taken_in_any_case_is_refused_and_leaves_nothing() {
    var first = somebody();
    signUp(first);
    var rowsBefore = outboxRows();

    var answer =
        post(
            "/v1/accounts",
            somebody()
                .put("loginId", first.get("loginId").asText().toUpperCase(java.util.Locale.ROOT)));

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.response().headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    assertThat(answer.text("type")).isEqualTo("/problems/conflict");
    assertThat(answer.text("detail")).isEqualTo("this login id is taken");
    assertThat(outboxRows()).isEqualTo(rowsBefore);
  }

  @ParameterizedTest
  @CsvSource({
    "loginId, ab",
    "loginId, has blanks",
    "loginId, .dot-first",
    "password, short",
    "name, ' '",
    "email, nobody-at-nowhere",
    "email, ''",
    "email, a@b",
    "email, a b@example.com",
    "email, a@exa mple.com",
    "email, .a@example.com",
    "email, a@-example.com",
    "email, a@127.0.0.1",
    "email, a@@example.com",
    "phone, +82 00 0000 0000",
    "phone, +1 000 000 0000",
    "phone, call me",
    "phone, 12",
  })
  void invalid_input_is_refused_naming_the_field(String field, String value) {
    var rowsBefore = outboxRows();
    var answer = post("/v1/accounts", somebody().put(field, value));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("errors").findValuesAsText("field")).containsOnly(field);
    assertThat(answer.json().path("errors").findValuesAsText("message"))
        .allMatch(message -> message.matches("(is missing|must (be|have) .*)"));
    assertThat(outboxRows()).isEqualTo(rowsBefore);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Ada\u202eecalevoL",
        "Ada\u200bLovelace",
        "Ada\u0000",
        "Ada\nLovelace",
        "Ada\u2028L",
        "Ada\ufeff",
        "Ada\u2066L",
        "Ada\u00adL",
        "Ada\ue000",
        "Ada\u007f"
      })
  void a_name_with_characters_that_nobody_sees_is_refused(String name) {
    var answer = post("/v1/accounts", somebody().put("name", name));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("errors").findValuesAsText("field")).containsOnly("name");
  }

  @Test
  void a_password_that_is_guessed_first_or_made_of_the_login_id_is_refused() {
    var person = somebody();
    for (var password : List.of("password1", person.get("loginId").asText() + "2024")) {
      var answer = post("/v1/accounts", person.put("password", password));

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().path("errors").findValuesAsText("field")).containsOnly("password");
    }
  }

  /** Method: the text of the JSON says half a character; no client's library writes that. */
  @Test
  void a_password_with_half_a_character_is_refused_at_sign_up_and_at_login() {
    var signUp = somebody().put("password", "@@").toString().replace("@@", "12345678\\ud800");

    assertThat(post("/v1/accounts", signUp).status()).isEqualTo(400);
    assertThat(
            post("/v1/sessions", "{\"loginId\":\"a\",\"password\":\"12345678\\ud800\"}").status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/accounts, '{'",
    "POST, /v1/accounts, '[]'",
    "POST, /v1/accounts, 'nonsense'",
    "POST, /v1/accounts, '{\"loginId\":{\"a\":1}}'",
    "POST, /v1/accounts, ''",
    "POST, /v1/sessions, '{\"loginId\":[1,2]}'",
    "POST, /v1/sessions, '\"text\"'",
    "POST, /v1/sessions/refresh, '{\"refreshToken\":'",
    "GET, /v1/accounts/no-uuid, ''",
    "GET, /v1/nothing, ''",
    "DELETE, /v1/accounts, ''",
    "PUT, /v1/sessions, '{}'",
  })
  void an_error_of_the_framework_says_nothing_of_the_inside(
      String method, String path, String body) {
    var answer =
        send(
            java.net.http.HttpRequest.newBuilder(server.getURI().resolve(path))
                .header("Content-Type", "application/json")
                .method(method, java.net.http.HttpRequest.BodyPublishers.ofString(body)));

    assertThat(answer.status()).isBetween(400, 499);
    assertThat(answer.response().headers().firstValue("Content-Type"))
        .hasValue("application/problem+json");
    assertThat(answer.response().body())
        .contains("\"detail\":")
        .doesNotContainIgnoringCase("onceward")
        .doesNotContainIgnoringCase("exception")
        .doesNotContain("class ")
        .doesNotContain("java")
        .doesNotContain("line:")
        .doesNotContain("Request]")
        .doesNotContain("no-uuid]")
        .doesNotContain("deserial");
    assertThat(answer.response().headers().firstValue("X-Content-Type-Options"))
        .hasValue("nosniff");
    assertThat(answer.response().headers().firstValue("Cache-Control")).hasValue("no-store");
  }

  @ParameterizedTest
  @CsvSource({"loginId", "password", "name", "email", "phone"})
  void a_missing_field_is_refused_by_name(String field) {
    var person = somebody();
    person.remove(field);
    var answer = post("/v1/accounts", person);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("errors").findValuesAsText("field")).containsOnly(field);
    assertThat(answer.json().path("errors").findValuesAsText("message")).containsOnly("is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "loginId, '', a",
    "password, '', a",
    "password, '', \uD83D\uDE00",
    "name, '', a",
    "name, '', \uD83D\uDE00",
    "email, a@, a.",
    "email, a@, \uac01.",
    "email, '', a.",
    "phone, +82, 1",
  })
  void a_field_as_long_as_a_request_is_refused_by_name(String field, String begin, String part) {
    var text = begin + part.repeat(60_000 / part.getBytes(UTF_8).length) + "a";
    var answer = post("/v1/accounts", somebody().put(field, text));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("errors").findValuesAsText("field")).containsOnly(field);
  }

  @Test
  void several_invalid_fields_are_all_named_at_once() {
    var answer =
        post("/v1/accounts", somebody().put("loginId", "x").put("email", "x").put("password", "x"));

    assertThat(answer.json().path("errors").findValuesAsText("field"))
        .containsExactlyInAnyOrder("loginId", "email", "password");
  }

  @Test
  void a_password_of_129_characters_is_refused_and_not_cut() {
    assertThat(post("/v1/accounts", somebody().put("password", "x".repeat(129))).status())
        .isEqualTo(400);
    assertThat(post("/v1/accounts", somebody().put("password", "x".repeat(128))).status())
        .isEqualTo(201);
  }

  @Test
  void text_that_is_no_json_is_a_bad_request_and_a_stranger_learns_nothing_of_the_inside() {
    var answer = post("/v1/accounts", "{\"loginId\": ");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.response().body()).doesNotContain("jackson", "onceward", "Exception");
  }

  /** Such a name would pass here and be refused by every database behind, for ever. */
  @Test
  void control_characters_and_half_characters_are_refused_at_the_door() {
    for (var text : List.of("a\\u0000b", "a\\u0007b", "a\\ud800b")) {
      var person = somebody().put("name", "@").toString().replace("@\"", text + "\"");
      assertThat(post("/v1/accounts", person).status()).as(text).isEqualTo(400);
      var login = "{\"loginId\":\"%s\",\"password\":\"x\"}".formatted(text);
      assertThat(post("/v1/sessions", login).status()).as(text).isEqualTo(400);
    }
    assertThat(post("/v1/accounts", somebody().put("name", "김 \uD83D\uDE00")).status())
        .isEqualTo(201);
  }

  @Test
  void an_unknown_account_is_not_found() {
    assertThat(get("/v1/accounts/" + UUID.randomUUID()).status()).isEqualTo(404);
    assertThat(get("/v1/accounts/no-uuid").status()).isEqualTo(400);
  }

  private long outboxRows() {
    try (var connection = service.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select count(*) from outbox")) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
