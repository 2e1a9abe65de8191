package onceward.auth.registration;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import onceward.auth.AuthServiceTest;
import org.junit.jupiter.api.Test;

/**
 * Goal: the deadline and an answer may come at the same moment; whoever has the account ends it.
 */
class DeadlineRaceTest extends AuthServiceTest {

  @Inject RegistrationDeadlines deadlines;

  /** Deadlines are looked at only when the test says so. */
  @Override
  public Map<String, String> getProperties() {
    var properties = super.getProperties();
    properties.put("auth.registration.deadline-check", "1h");
    return properties;
  }

  /** Method: the transaction that activates an overdue account stays open meanwhile. */
  @Test
  void an_account_that_is_being_settled_is_left_alone_and_holds_up_no_other() throws Exception {
    var settled = signUp(somebody());
    var other = signUp(somebody());
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      statement.executeUpdate("update account set deadline = registered_at - interval '1 second'");
      connection.setAutoCommit(false);
      statement.executeUpdate(
          "update account set status = 'ACTIVE', deadline = null, version = 2 where id = '%s'"
              .formatted(settled));

      CompletableFuture.runAsync(deadlines::expireOverdue).get(20, SECONDS);

      assertThat(get("/v1/accounts/" + other).text("status")).isEqualTo("REJECTED");
      connection.commit();
    }
    deadlines.expireOverdue();
    assertThat(get("/v1/accounts/" + settled).text("status")).isEqualTo("ACTIVE");
    assertThat(service.outbox()).about(settled).hasTypes("AccountRegistered");
  }
}
