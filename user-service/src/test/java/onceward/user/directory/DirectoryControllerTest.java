package onceward.user.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.support.TestPropertyProvider;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestService;
import onceward.user.StubAuthService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Goal: whoever has a token finds the people who want to be found, page by page, and learns nothing
 * of anybody else.
 *
 * <p>Method: rows of the directory, as the projection writes them.
 */
@MessagingTest(
    name = "user",
    topics = {"account.events", "profile.events"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DirectoryControllerTest implements TestPropertyProvider {

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

  @Test
  void people_are_found_by_the_beginning_of_their_name_with_id_and_name_only() throws Exception {
    var id = list("Érica Ålesund");
    list("Érika");

    var answer = find("prefix=" + encoded(" e\u0301RIc "));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var found = JSON.createObjectNode();
    found
        .putArray("users")
        .addObject()
        .put("accountId", id.toString())
        .put("name", "Érica Ålesund");
    assertThat(json(answer)).isEqualTo(found);
  }

  @Test
  void somebody_who_is_not_listed_is_answered_as_somebody_who_is_not_there() throws Exception {
    put(UUID.randomUUID(), null);

    assertThat(find("prefix=hidden").body())
        .isEqualTo(find("prefix=nobody").body())
        .isEqualTo("{\"users\":[]}");
  }

  @Test
  void pages_follow_each_other_without_gap_or_repetition_whoever_comes_or_goes() throws Exception {
    var ids = new ArrayList<String>();
    for (var person = 0; person < 7; person++) {
      // Some of the same name.
      ids.add(list("Paged %d".formatted(person / 3)).toString());
    }
    var first = json(find("prefix=paged&limit=3"));
    var last = first.path("users").path(2).path("accountId").asText();
    put(UUID.fromString(last), null);
    list("Paged 0 aaa");
    var second = json(find("prefix=paged&limit=3&cursor=" + first.path("next").asText()));
    var third = json(find("prefix=paged&limit=3&cursor=" + second.path("next").asText()));

    assertThat(accounts(first)).hasSize(3);
    assertThat(accounts(second)).hasSize(3);
    assertThat(names(second).getFirst()).isEqualTo("Paged 0 aaa");
    assertThat(third.has("next")).isFalse();
    var all = new ArrayList<>(accounts(first));
    all.addAll(accounts(second).subList(1, 3));
    all.addAll(accounts(third));
    assertThat(all).containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void a_page_that_is_exactly_full_has_no_next_one() throws Exception {
    list("Brimful 1");
    list("Brimful 2");

    assertThat(json(find("prefix=brimful&limit=2")).has("next")).isFalse();
    assertThat(json(find("prefix=brimful&limit=1")).has("next")).isTrue();
  }

  @Test
  void what_sql_would_take_for_a_wildcard_is_a_character_like_any_other() throws Exception {
    list("100% Ada");
    list("100x Ada");
    list("o_o Ada");
    list("oxo Ada");
    list("b\\s Ada");

    assertThat(names(json(find("prefix=" + encoded("100%"))))).containsExactly("100% Ada");
    assertThat(names(json(find("prefix=o_o")))).containsExactly("o_o Ada");
    assertThat(names(json(find("prefix=" + encoded("b\\s"))))).containsExactly("b\\s Ada");
    assertThat(names(json(find("prefix=" + encoded("%%%"))))).isEmpty();
    assertThat(names(json(find("prefix=" + encoded("x' or ''='"))))).isEmpty();
  }

  @Test
  void a_name_may_be_as_long_as_a_profile_takes_and_still_be_paged() throws Exception {
    var name = "ΐ".repeat(98);
    list(name + "ΐ");
    list(name + "ΐΐ");

    var first = json(find("prefix=" + encoded("ΐΐΐ") + "&limit=1"));
    var second =
        json(find("prefix=" + encoded("ΐΐΐ") + "&limit=1&cursor=" + first.path("next").asText()));

    assertThat(names(first)).containsExactly(name + "ΐ");
    assertThat(names(second)).containsExactly(name + "ΐΐ");
  }

  @Test
  void what_is_no_search_is_refused_and_names_the_parameter() throws Exception {
    assertRefused(find(""), "prefix", "is missing");
    assertRefused(find("prefix=an"), "prefix", "has 2 characters");
    assertRefused(find("prefix=" + encoded("  an ")), "prefix", "has 2 characters");
    assertRefused(find("prefix=a%00nn"), "prefix", "has a control character");
    assertRefused(find("prefix=ann&limit=0"), "limit", "allowed: 1 to 100");
    assertRefused(find("prefix=ann&limit=101"), "limit", "allowed: 1 to 100");
    assertRefused(find("prefix=ann&limit=many"), "limit", "allowed: 1 to 100");
    assertRefused(find("prefix=ann&cursor=x"), "cursor", "is not of this search");
    assertRefused(find("prefix=ann&cursor="), "cursor", "is not of this search");
  }

  @Test
  void nobody_is_found_without_a_token() throws Exception {
    list("Guarded");

    var answer = find("prefix=guarded", null);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).doesNotContain("Guarded");
    assertProblem(answer, 401);
    assertProblem(find("prefix=guarded", "x"), 401);
  }

  /** Method: PostgreSQL counts the scans of each index. */
  @Test
  void a_search_reads_the_index_of_names() throws Exception {
    execute(
        """
        insert into directory_entry (account_id, version, name, search_name)
        select uuidv7(), 2, 'Many ' || n, 'MANY ' || n from generate_series(1, 20000) n
        """);
    execute("analyze directory_entry");
    var before = scansOfNames();

    await()
        .atMost(30, SECONDS)
        .until(() -> names(json(find("prefix=many"))).size() == 20 && scansOfNames() > before);
  }

  private long scansOfNames() throws SQLException {
    return service.look(connection -> {
      try (var select = connection.createStatement()) {
        var row =
            select.executeQuery(
                "select idx_scan from pg_stat_user_indexes where indexrelname = 'directory_entry_by_name'");
        row.next();
        return row.getLong(1);
      }
    });
  }

  private static void assertRefused(HttpResponse<String> answer, String field, String why)
      throws IOException {
    assertProblem(answer, 400);
    assertThat(json(answer).path("errors")).as(answer.body()).hasSize(1);
    var error = json(answer).path("errors").path(0);
    assertThat(error.path("field").asText()).as(answer.body()).isEqualTo(field);
    assertThat(error.path("message").asText()).contains(why);
  }

  private static void assertProblem(HttpResponse<String> answer, int status) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(json(answer).path("status").asInt()).isEqualTo(status);
  }

  private UUID list(String name) throws SQLException {
    var id = UUID.randomUUID();
    put(id, name);
    return id;
  }

  private void put(UUID id, @Nullable String name) throws SQLException {
    try (var connection = service.connect();
        var put =
            connection.prepareStatement(
                """
                insert into directory_entry (account_id, version, name, search_name) values (?, 2, ?, ?)
                on conflict (account_id) do update set version = 3, name = null, search_name = null
                """)) {
      put.setObject(1, id);
      put.setString(2, name);
      put.setString(3, name == null ? null : SearchName.of(name));
      put.executeUpdate();
    }
  }

  private void execute(String sql) throws SQLException {
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private HttpResponse<String> find(String query) throws IOException, InterruptedException {
    return find(query, auth.token(ISSUER, UUID.randomUUID(), Instant.now().plusSeconds(60)));
  }

  private HttpResponse<String> find(String query, @Nullable String token)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(server.getURI().resolve("/v1/users?" + query));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static List<String> accounts(JsonNode page) {
    return page.path("users").valueStream().map(user -> user.path("accountId").asText()).toList();
  }

  private static List<String> names(JsonNode page) {
    return page.path("users").valueStream().map(user -> user.path("name").asText()).toList();
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    return JSON.readTree(answer.body());
  }
}
