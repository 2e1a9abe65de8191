package onceward.endtoend;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Goal: people are found through the gateway from when they want it until they no longer do. */
class DirectoryTest {

  private final Client client = RunningSystem.client();

  @AfterAll
  static void afterwards() {
    Invariants.hold();
  }

  @Test
  void somebody_who_opts_in_is_found_and_who_opts_out_is_gone() {
    var person = Person.unique().withName("Wilhelmina Directory");
    var accountId = client.signUp(person);
    var token = activeToken(accountId, person);
    assertThat(client.findUsers(token, "prefix=wilhelmina").json().path("users")).isEmpty();

    assertThat(client.changeListed(token, true).status()).isEqualTo(200);
    var found =
        await()
            .atMost(30, SECONDS)
            .until(
                () -> client.findUsers(token, "prefix=WILHELMINA%20d"),
                answer -> !answer.json().path("users").isEmpty());
    assertThat(found.json().toString())
        .isEqualTo(
            "{\"users\":[{\"accountId\":\"%s\",\"name\":\"Wilhelmina Directory\"}]}"
                .formatted(accountId));

    assertThat(client.changeListed(token, false).status()).isEqualTo(200);
    await()
        .atMost(30, SECONDS)
        .until(
            () -> client.findUsers(token, "prefix=wilhelmina"),
            answer -> answer.json().path("users").isEmpty());
    assertThat(
            RunningSystem.databases()
                .texts("user", "select name from directory_entry where name is not null"))
        .doesNotContain("Wilhelmina Directory");
  }

  @Test
  void who_has_no_token_or_asks_for_too_much_is_refused() {
    var person = Person.unique();
    var token = activeToken(client.signUp(person), person);

    assertThat(client.findUsers("none", "prefix=ann").status()).isEqualTo(401);
    var refused = client.findUsers(token, "prefix=an");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().path("errors").path(0).path("field").asText()).isEqualTo("prefix");
  }

  private String activeToken(UUID accountId, Person person) {
    assertThat(client.settled(accountId).text("status")).isEqualTo("ACTIVE");
    return client.logIn(person).text("accessToken");
  }
}
