package onceward.endtoend;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Goal: a sign-up that a service cannot handle stops no other sign-up, and continues when an
 * operator has removed the cause. Method: a constraint that only this person's profile breaks.
 */
class DeadLetterTest {

  private final Client client = RunningSystem.client();

  @Test
  void an_operator_finds_the_message_that_failed_mends_the_cause_and_retries() throws Exception {
    var person = Person.unique();
    forbid(person);
    var accountId = client.signUp(person);
    var letter = await().atMost(20, SECONDS).until(() -> letterOf(accountId), id -> !id.isEmpty());

    assertThat(client.settled(client.signUp(Person.unique())).json().path("status").asText())
        .isEqualTo("ACTIVE");
    var shown = CommandLine.run("dlq", "show", letter);
    assertThat(shown.output())
        .contains("poison", "AccountRegistered", "user-service")
        .doesNotContain(person.email(), person.name());
    assertThat(CommandLine.run("verify"))
        .returns(0, CommandLine.Result::exitCode)
        .satisfies(verified ->
            assertThat(verified.output())
                .contains("UNDER WAY dead-letter in user-service on account.events: 1 message"));
    assertThat(CommandLine.run("trace", accountId.toString()).output())
        .contains("AccountRegistered " + accountId + " version 1: dead-letter at user-service");
    var again = CommandLine.run("dlq", "retry", letter, "--yes");
    assertThat(again.exitCode()).as(again.output()).isEqualTo(1);
    assertThat(again.output()).contains("failed again").doesNotContain(person.email());

    allow();
    assertThat(CommandLine.run("dlq", "retry", letter, "--dry-run").output())
        .startsWith("Would handle AccountRegistered version 1 of " + accountId);
    var retried = CommandLine.run("dlq", "retry", letter, "--yes");
    assertThat(retried.exitCode()).as(retried.output()).isZero();
    assertThat(client.settled(accountId).json().path("status").asText()).isEqualTo("ACTIVE");
    assertThat(CommandLine.run("dlq", "ls"))
        .returns(0, CommandLine.Result::exitCode)
        .satisfies(none ->
            assertThat(none.output())
                .startsWith("No dead letters.\n")
                .contains("Asked: auth-service (", "), user-service ("));
    Invariants.hold();
  }

  private static String letterOf(UUID accountId) {
    return RunningSystem.databases()
        .texts(
            "user",
            "select id::text from dead_letter where state = 'open' and key = ?",
            accountId.toString())
        .stream()
        .findFirst()
        .orElse("");
  }

  private static void forbid(Person person) throws SQLException {
    execute(
        "alter table profile add constraint nobody check (email <> '%s')"
            .formatted(person.email()));
  }

  private static void allow() throws SQLException {
    execute("alter table profile drop constraint nobody");
  }

  private static void execute(String sql) throws SQLException {
    try (var connection = RunningSystem.stack().postgres().connect("user");
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
