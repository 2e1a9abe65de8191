package onceward.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Goal: an operator sees where a sign-up is. Method: the commands that a user would type. */
class LedgerCommandsTest {

  private final Client client = RunningSystem.client();

  @Test
  void a_sign_up_is_followed_from_its_call_to_its_last_message() throws Exception {
    var accountId = client.signUp(Person.unique());
    client.settled(accountId);

    var traced = CommandLine.run("trace", accountId.toString());

    assertThat(traced.exitCode()).as(traced.output()).isZero();
    assertThat(traced.output())
        .contains(
            "AccountRegistered " + accountId + " version 1: handled",
            "ProfileCreated " + accountId + " version 1",
            "AccountActivated " + accountId + " version 2",
            "user-service  handled",
            "account.events-");
    assertThat(CommandLine.run("trace", "00000000-0000-7000-8000-000000000000").exitCode())
        .isEqualTo(1);
  }

  /** Other tests use the system meanwhile, so nothing is said of what is found. */
  @Test
  void hours_are_looked_up_by_what_the_relay_wrote_down_unless_all_is_to_be_read()
      throws Exception {
    client.settled(client.signUp(Person.unique()));

    assertThat(CommandLine.run("verify").output()).contains("proven by sums", "account.events");
    assertThat(CommandLine.run("verify", "--deep").output())
        .contains("account.events")
        .doesNotContain("proven by sums");
  }

  @Test
  void sign_ups_are_listed_by_state() throws Exception {
    client.settled(client.signUp(Person.unique()));

    var active = CommandLine.run("saga", "ls", "--state", "ACTIVE", "--limit", "1");

    assertThat(active.exitCode()).as(active.output()).isZero();
    assertThat(active.output()).contains("sign-up", "ACTIVE");
  }
}
