package onceward.auth.guessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.inject.Inject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import onceward.auth.AuthServiceTest;
import org.junit.jupiter.api.Test;

/** Goal: guessing becomes slow, for every login id alike, and nobody is locked out for it. */
class GuessingTest extends AuthServiceTest {

  private static final int FREE = 3;
  private static final int FREE_OF_ADDRESS = 12;

  @Inject LoginAttempts attempts;

  @Override
  public Map<String, String> getProperties() {
    var properties = super.getProperties();
    properties.put("auth.guessing.free-per-login-id", Integer.toString(FREE));
    properties.put("auth.guessing.free-per-address", Integer.toString(FREE_OF_ADDRESS));
    properties.put("auth.guessing.delay-first", "1h");
    properties.put("auth.guessing.delay-max", "1h");
    properties.put("auth.guessing.rows-max", "50");
    properties.put("auth.guessing.clean-up", "200ms");
    properties.put("auth.password.queue-max", "1000");
    properties.put("auth.password.wait-max", "30s");
    return properties;
  }

  /** Method: as many at once as a laptop can send; each failure is a password looked at. */
  @Test
  void of_parallel_guesses_no_more_are_looked_at_than_of_guesses_one_by_one() throws Exception {
    var loginId = active();
    var number = new java.util.concurrent.atomic.AtomicInteger();
    Callable<Integer> guess =
        () -> logIn(loginId, "wrong", "10.1.0." + number.incrementAndGet()).status();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var statuses = new ArrayList<Integer>();
      for (var answer : threads.invokeAll(Collections.nCopies(100, guess))) {
        statuses.add(answer.get());
      }
      assertThat(statuses).containsOnly(401, 429);
      assertThat(statuses).filteredOn(status -> status == 401).hasSize(FREE + 1);
    }
  }

  @Test
  void an_unknown_login_id_waits_like_a_known_one_and_the_answers_are_the_same() throws Exception {
    var known = active();
    var answers = new ArrayList<List<String>>();
    for (var loginId : List.of(known, "nobody-of-that-name")) {
      var seen = new ArrayList<String>();
      for (int i = 0; i < FREE + 2; i++) {
        var answer = logIn(loginId, "wrong", "10.2.0." + answers.size());
        seen.add(answer.status() + answer.response().body());
      }
      answers.add(seen);
    }

    assertThat(answers.getFirst()).isEqualTo(answers.getLast());
    assertThat(answers.getFirst().getLast()).startsWith("429");
  }

  @Test
  void an_attempt_that_has_to_wait_is_told_how_long_and_does_not_wait_longer_for_it() {
    for (int i = 0; i <= FREE; i++) {
      logIn("stranger", "wrong", "10.3.0.1");
    }
    for (int i = 0; i < 5; i++) {
      var refused = logIn("stranger", "wrong", "10.3.0.1");
      assertThat(refused.status()).isEqualTo(429);
      var seconds = refused.response().headers().firstValue("Retry-After").orElseThrow();
      assertThat(Long.parseLong(seconds)).isBetween(3000L, 3600L);
    }
  }

  @Test
  void many_login_ids_from_one_address_wait_as_well_and_other_addresses_do_not() throws Exception {
    for (int i = 0; i <= FREE_OF_ADDRESS; i++) {
      assertThat(logIn("sprayed" + i, "wrong", "10.4.0.1").status()).isEqualTo(401);
    }
    var loginId = active();

    assertThat(logIn(loginId, PASSWORD, "10.4.0.1").status()).isEqualTo(429);
    assertThat(logIn(loginId, PASSWORD, "10.4.0.2").status()).isEqualTo(201);
  }

  @Test
  void strangers_do_not_keep_a_person_out_who_has_logged_in_from_there_before() throws Exception {
    var loginId = active();
    assertThat(logIn(loginId, PASSWORD, "10.5.0.1").status()).isEqualTo(201);
    for (int i = 0; i < FREE * 3; i++) {
      logIn(loginId, "wrong", "10.5.1." + i);
    }

    assertThat(logIn(loginId, PASSWORD, "10.5.1.99").status()).isEqualTo(429);
    assertThat(logIn(loginId, PASSWORD, "10.5.0.1").status()).isEqualTo(201);
  }

  /** PostgreSQL makes i of İ, and k of the Kelvin sign; Java makes only the latter. */
  @Test
  void a_login_id_in_other_letters_is_an_unknown_one_and_evades_no_counter() {
    var person = somebody();
    var loginId = "kim." + person.get("loginId").asText();
    activeAccount(person.put("loginId", loginId));
    var unknown = logIn("nobody-in-other-letters", PASSWORD, "10.9.0.1");
    for (var letters : List.of(loginId.replace('i', 'İ'), loginId.replace('k', '\u212a'))) {
      var answer = logIn(letters, PASSWORD, "10.9.0.2");

      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.response().body()).isEqualTo(unknown.response().body());
    }

    for (int i = 0; i < FREE; i++) {
      assertThat(logIn(loginId.replace('i', 'İ'), "wrong", "10.9.1." + i).status()).isEqualTo(401);
    }
    assertThat(logIn(loginId.replace('i', 'İ'), "wrong", "10.9.1.9").status()).isEqualTo(429);
    assertThat(logIn(loginId.toUpperCase(Locale.ROOT), PASSWORD, "10.9.0.3").status())
        .isEqualTo(201);
  }

  @Test
  void a_neighbour_who_guesses_does_not_keep_out_who_is_known_at_that_address() {
    var known = active();
    var other = active();
    assertThat(logIn(known, PASSWORD, "10.8.0.1").status()).isEqualTo(201);
    for (int i = 0; i <= FREE_OF_ADDRESS; i++) {
      assertThat(logIn("neighbour" + i, "wrong", "10.8.0.1").status()).isEqualTo(401);
    }

    assertThat(logIn(other, PASSWORD, "10.8.0.1").status()).isEqualTo(429);
    assertThat(logIn(known, PASSWORD, "10.8.0.1").status()).isEqualTo(201);
    for (int i = 0; i <= FREE; i++) {
      assertThat(logIn(known, "wrong", "10.8.0.1").status()).isEqualTo(401);
    }
    assertThat(logIn(known, PASSWORD, "10.8.0.1").status()).isEqualTo(429);
    assertThat(logIn(known, PASSWORD, "10.8.0.2").status()).isEqualTo(201);
  }

  @Test
  void logins_that_succeed_do_not_count() throws Exception {
    var loginId = active();
    for (int i = 0; i < FREE_OF_ADDRESS * 2; i++) {
      assertThat(logIn(loginId, PASSWORD, "10.6.0.1").status()).isEqualTo(201);
    }
  }

  @Test
  void what_is_remembered_is_bounded_and_names_nobody() throws Exception {
    for (int i = 0; i < 100; i++) {
      attempts.reserve("crowd" + i, "10.7.0." + i);
    }

    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      await()
          .atMost(PATIENCE)
          .until(() -> {
            var rows = statement.executeQuery("select count(*) from login_attempt");
            rows.next();
            return rows.getLong(1) <= 50;
          });
      var keys = statement.executeQuery("select encode(key, 'escape') from login_attempt");
      while (keys.next()) {
        assertThat(keys.getString(1)).doesNotContain("crowd").doesNotContain("10.7");
      }
    }
  }

  private String active() {
    var person = somebody();
    activeAccount(person);
    return person.get("loginId").asText();
  }

  private Answer logIn(String loginId, String password, String address) {
    var body =
        JsonNodeFactory.instance.objectNode().put("loginId", loginId).put("password", password);
    return send(
        HttpRequest.newBuilder(server.getURI().resolve("/v1/sessions"))
            .header("Content-Type", "application/json")
            .header("Forwarded", "for=" + address)
            .POST(BodyPublishers.ofString(body.toString())));
  }
}
