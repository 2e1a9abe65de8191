package onceward.endtoend;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

/**
 * Goal: a sign-up that user-service stays away from is cancelled, and nothing of it stays when
 * user-service is back.
 */
class DeadlineTest {

  private final Client client = RunningSystem.client();

  @Test
  void a_sign_up_without_user_service_is_cancelled_and_can_be_made_again() {
    var person = Person.unique();
    RunningSystem.program("user-service").kill();
    var accountId = client.signUp(person);
    await()
        .atMost(RunningSystem.DEADLINE.plusSeconds(10))
        .untilAsserted(
            () -> assertThat(client.settled(accountId).text("status")).isEqualTo("REJECTED"));
    assertThat(client.settled(accountId).text("reason")).isEqualTo("registration-expired");

    RunningSystem.restart("user-service");
    await()
        .atMost(30, SECONDS)
        .untilAsserted(() ->
            assertThat(RunningSystem.databases().outboxTypes("user", accountId))
                .containsExactly("ProfileCreated", "ProfileErased"));
    var again = client.signUp(person);
    assertThat(client.settled(again).text("status")).isEqualTo("ACTIVE");
    assertThat(RunningSystem.databases().outboxTypes("auth", accountId))
        .containsExactly("AccountRegistered", "AccountRegistrationExpired");
    Invariants.hold();
  }
}
