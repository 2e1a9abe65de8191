package onceward.endtoend;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Goal: a person signs up through the gateway, and every way it can end is the right one. */
class SignUpTest {

  private final Client client = RunningSystem.client();

  @AfterAll
  static void afterwards() {
    Invariants.hold();
  }

  @Test
  void a_sign_up_becomes_active_and_the_person_can_log_in_and_see_their_profile() {
    var person = Person.unique();
    var accountId = client.signUp(person);

    assertThat(client.settled(accountId).text("status")).isEqualTo("ACTIVE");
    var login = client.logIn(person);
    assertThat(login.status()).isEqualTo(201);
    var me = meWithProfile(login.text("accessToken"));
    assertThat(me.text("accountId")).isEqualTo(accountId.toString());
    assertThat(me.text("loginId")).isEqualTo(person.loginId());
    assertThat(me.json().path("profile").path("email").asText()).isEqualTo(person.email());
    assertThat(me.json().path("profile").path("name").asText()).isEqualTo(person.name());
  }

  @Test
  void the_message_that_travelled_carries_the_headers_of_the_contract() {
    var accountId = client.signUp(Person.unique());
    client.settled(accountId);
    var record = RunningSystem.topics().about("account.events", accountId).getFirst();

    assertThat(Topics.header(record, "ce_specversion")).isEqualTo("1.0");
    assertThat(Topics.header(record, "ce_source")).isEqualTo("/onceward/auth-service");
    assertThat(Topics.header(record, "ce_type")).isEqualTo("AccountRegistered");
    assertThat(Topics.header(record, "ce_subject")).isEqualTo(accountId.toString());
    assertThat(Topics.header(record, "ce_sequence")).isEqualTo("1");
    assertThat(Topics.header(record, "content-type")).isEqualTo("application/json");
    assertThat(
            RunningSystem.databases()
                .texts(
                    "auth",
                    "select payload from outbox where id = ?::uuid",
                    Topics.header(record, "ce_id")))
        .containsExactly(new String(record.value(), java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void a_login_id_that_is_taken_is_refused_at_once() {
    var first = Person.unique();
    client.signUp(first);

    assertThat(client.register(Person.unique().withLoginId(first.loginId())).status())
        .isEqualTo(409);
  }

  @Test
  void invalid_input_is_refused_naming_the_field() {
    var answer = client.register(Person.unique().withEmail("no address"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("errors").findValuesAsText("field")).containsExactly("email");
  }

  @Test
  void an_e_mail_that_is_taken_is_compensated_and_the_login_id_is_free_again() {
    var first = Person.unique();
    client.settled(client.signUp(first));
    var second = Person.unique().withEmail(first.email());
    var settled = client.settled(client.signUp(second));

    assertThat(settled.text("status")).isEqualTo("REJECTED");
    assertThat(settled.text("reason")).isEqualTo("email-taken");
    assertThat(client.logIn(second).status()).isEqualTo(401);
    var again = client.signUp(second.withEmail(Person.unique().email()));
    assertThat(client.settled(again).text("status")).isEqualTo("ACTIVE");
  }

  @Test
  void without_user_service_the_account_is_shown_without_its_profile() {
    var person = Person.unique();
    client.settled(client.signUp(person));
    var token = client.logIn(person).text("accessToken");
    var userService = RunningSystem.program("user-service");
    userService.stop();
    try {
      var me = client.me(token);
      assertThat(me.status()).isEqualTo(200);
      assertThat(me.json().path("profile").isNull()).isTrue();
      assertThat(me.json().path("degraded").get(0).asText()).isEqualTo("profile");
    } finally {
      RunningSystem.restart("user-service");
    }
    assertThat(meWithProfile(token).json().path("profile").path("email").asText())
        .isEqualTo(person.email());
  }

  /** A program that has just started may answer its first call later than the gateway waits. */
  private Client.Answer meWithProfile(String token) {
    return await()
        .atMost(30, SECONDS)
        .until(() -> client.me(token), me -> me.json().path("profile").isObject());
  }
}
