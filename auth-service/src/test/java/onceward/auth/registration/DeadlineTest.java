package onceward.auth.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.UUID;
import onceward.auth.AuthServiceTest;
import org.junit.jupiter.api.Test;

/**
 * Goal: a sign-up that nobody answers ends at its deadline, and an answer after that changes
 * nothing.
 */
class DeadlineTest extends AuthServiceTest {

  @Test
  void an_unanswered_sign_up_is_cancelled_says_so_and_frees_the_login_id() {
    var person = somebody();
    var accountId = signUp(person);
    passDeadline(accountId);

    awaitStatus(accountId, "REJECTED");
    assertThat(get("/v1/accounts/" + accountId).text("reason")).isEqualTo("registration-expired");
    assertThat(service.outbox())
        .about(accountId)
        .last()
        .hasType("AccountRegistrationExpired")
        .hasVersion(2)
        .keepsContract();
    assertThat(post("/v1/accounts", person).status()).isEqualTo(201);
  }

  @Test
  void a_profile_created_too_late_does_not_revive_the_sign_up() {
    var accountId = signUp(somebody());
    passDeadline(accountId);
    awaitStatus(accountId, "REJECTED");
    var late = profileMessage("ProfileCreated", accountId);
    service.publish(late);

    assertThat(service.inbox("auth-service")).eventually(PATIENCE).handled(late);
    assertThat(get("/v1/accounts/" + accountId).text("status")).isEqualTo("REJECTED");
    assertThat(service.outbox())
        .about(accountId)
        .hasTypes("AccountRegistered", "AccountRegistrationExpired");
  }

  @Test
  void an_account_that_is_active_in_time_outlives_the_deadline() {
    var accountId = activeAccount(somebody());
    var expired = signUp(somebody());
    passDeadline(accountId);
    passDeadline(expired);

    awaitStatus(expired, "REJECTED");
    assertThat(get("/v1/accounts/" + accountId).text("status")).isEqualTo("ACTIVE");
  }

  /** Moves the deadline instead of the clock. */
  private void passDeadline(UUID accountId) {
    try (var connection = service.connect();
        var update =
            connection.prepareStatement(
                "update account set deadline = now() - interval '1 second' where id = ? and status = 'PENDING'")) {
      update.setObject(1, accountId);
      update.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
