package onceward.endtoend;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Goal: a sign-up that user-service does not handle in time is cancelled, and no profile of it
 * stays when user-service is back.
 */
class DeadlineTest {

  private final Client client = RunningSystem.client();
  private final Databases databases = RunningSystem.databases();

  @Test
  void a_sign_up_without_user_service_is_cancelled_and_can_be_made_again() {
    var person = Person.unique();
    RunningSystem.program("user-service").kill();
    var accountId = client.signUp(person);
    assertThat(patience(accountId)).isEqualTo(RunningSystem.DEADLINE);
    endPatience(accountId);
    await()
        .atMost(60, SECONDS)
        .untilAsserted(
            () -> assertThat(client.settled(accountId).text("status")).isEqualTo("REJECTED"));
    assertThat(client.settled(accountId).text("reason")).isEqualTo("registration-expired");

    RunningSystem.restart("user-service");
    await()
        .atMost(30, SECONDS)
        .untilAsserted(() ->
            assertThat(databases.outboxTypes("user", accountId))
                .containsExactly("ProfileCreated", "ProfileErased"));
    var again = client.signUp(person);
    assertThat(client.settled(again).text("status")).isEqualTo("ACTIVE");
    assertThat(databases.outboxTypes("auth", accountId))
        .containsExactly("AccountRegistered", "AccountRegistrationExpired");
    Invariants.hold();
  }

  private Duration patience(UUID accountId) {
    return Duration.ofSeconds(
        databases.count(
            "auth",
            "select extract(epoch from deadline - registered_at)::int from account where id = ?",
            accountId));
  }

  /** Moves the deadline instead of the clock. */
  private void endPatience(UUID accountId) {
    databases.texts(
        "auth", "update account set deadline = now() where id = ? returning id", accountId);
  }
}
