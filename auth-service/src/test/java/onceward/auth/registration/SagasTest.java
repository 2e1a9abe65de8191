package onceward.auth.registration;

import static org.assertj.core.api.Assertions.assertThat;

import onceward.auth.AuthServiceTest;
import org.junit.jupiter.api.Test;

/** Goal: an operator sees which sign-ups have not ended, and since when. */
class SagasTest extends AuthServiceTest {

  @Test
  void open_sign_ups_are_listed_with_their_age_and_nothing_of_the_person() {
    var person = somebody();
    var accountId = signUp(person);

    var answer = getAsOperator("/sagas?olderThanSeconds=0");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.response().body())
        .contains(
            "\"id\":\"" + accountId, "\"state\":\"PENDING\"", "\"deadline\"", "\"ageSeconds\"")
        .doesNotContain(person.path("loginId").asText(), person.path("email").asText());
  }

  @Test
  void a_young_or_ended_sign_up_is_not_among_the_old_and_open() {
    var accountId = signUp(somebody());
    assertThat(getAsOperator("/sagas?olderThanSeconds=3600").response().body())
        .doesNotContain(accountId.toString());
    service.publish(profileMessage("ProfileRejected", accountId));
    awaitStatus(accountId, "REJECTED");
    assertThat(getAsOperator("/sagas").response().body()).doesNotContain(accountId.toString());
    assertThat(getAsOperator("/sagas?state=rejected").response().body())
        .contains(accountId.toString(), "REJECTED");
  }

  @Test
  void a_state_that_there_is_not_is_refused_with_those_that_there_are() {
    var answer = getAsOperator("/sagas?state=LOST");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.response().body()).contains("PENDING");
  }
}
