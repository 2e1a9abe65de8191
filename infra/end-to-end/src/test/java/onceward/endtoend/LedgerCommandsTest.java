package onceward.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Goal: an operator sees where a sign-up is. Method: the commands that a user would type. */
class LedgerCommandsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

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
  void both_are_answered_by_http_as_they_are_printed() throws Exception {
    var accountId = client.signUp(Person.unique());
    client.settled(accountId);
    try (var server = LedgerServer.start()) {
      var traced = server.get("/traces/" + accountId);
      assertThat(traced.statusCode()).as(traced.body()).isEqualTo(200);
      assertThat(JSON.readTree(traced.body())).isEqualTo(printed("trace", accountId.toString()));

      var about = "{\"aggregate\":\"%s\",\"deep\":true}".formatted(accountId);
      var begun = server.post("/verifications", about);
      assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
      var place = begun.headers().firstValue("Location").orElseThrow();
      await()
          .atMost(RunningSystem.DEADLINE)
          .untilAsserted(() ->
              assertThat(JSON.readTree(server.get(place).body()).path("state").asText())
                  .isEqualTo("DONE"));
      var verdict = (ObjectNode) JSON.readTree(server.get(place).body()).path("verdict");
      var printed = printed("verify", "--deep", "--aggregate", accountId.toString());
      for (var field : List.of("topics", "consumers", "findings")) {
        assertThat(verdict.path(field)).as(field).isEqualTo(printed.path(field));
      }

      assertThat(server.stop()).as("a signal is how it ends well").isZero();
    }
  }

  /** Progress goes to standard error, which is read as well. */
  private static JsonNode printed(String... command) throws Exception {
    var output = CommandLine.run(with(command, "--json")).output();
    return JSON.readTree(output.substring(output.indexOf("{\n")));
  }

  private static String[] with(String[] command, String option) {
    return Stream.concat(Arrays.stream(command), Stream.of(option)).toArray(String[]::new);
  }

  @Test
  void sign_ups_are_listed_by_state() throws Exception {
    client.settled(client.signUp(Person.unique()));

    var active = CommandLine.run("saga", "ls", "--state", "ACTIVE", "--limit", "1");

    assertThat(active.exitCode()).as(active.output()).isZero();
    assertThat(active.output()).contains("sign-up", "ACTIVE");
  }
}
