package onceward.endtoend;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Goal: an operator learns from the command line how the relay stands and what to do. Method: the
 * commands as a user types them, on the running relay.
 */
class RelayCommandsTest {

  @Test
  void a_pipeline_that_there_is_not_is_named() throws Exception {
    for (var action : new String[] {"pause", "resume"}) {
      assertThat(CommandLine.run("relay", action, "shop"))
          .returns(1, CommandLine.Result::exitCode)
          .returns("there is no pipeline 'shop'\n", CommandLine.Result::output);
    }
    assertThat(CommandLine.run("relay", "accept", "shop", "--yes").exitCode()).isEqualTo(1);
  }

  @Test
  void what_can_be_no_part_of_an_address_is_named_as_it_was_typed() throws Exception {
    assertThat(CommandLine.run("relay", "pause", "shop 1/2"))
        .returns(1, CommandLine.Result::exitCode)
        .returns("there is no pipeline 'shop 1/2'\n", CommandLine.Result::output);
  }

  @Test
  void a_message_that_nobody_stands_at_is_named() throws Exception {
    var id = UUID.randomUUID().toString();
    for (var action : new String[] {"quarantine", "retry", "discard"}) {
      var told = CommandLine.run("relay", action, id, "--yes");
      assertThat(told.exitCode()).as(told.output()).isEqualTo(1);
      assertThat(told.output()).contains(id).hasLineCount(1);
    }
  }

  @Test
  void without_a_terminal_it_must_be_said_that_nobody_is_to_be_asked() throws Exception {
    var asked = CommandLine.run("relay", "accept", "auth");

    assertThat(asked.exitCode()).as(asked.output()).isEqualTo(2);
    assertThat(asked.output())
        .startsWith("onceward: there is no terminal to ask on; give --yes")
        .endsWith("`infra/onceward relay accept --help` shows the options.\n")
        .hasLineCount(2);
  }

  @Test
  void what_cannot_be_accepted_is_said_with_the_reason() throws Exception {
    awaitStatus(0, "(?m)^auth +STREAMING");

    assertThat(CommandLine.run("relay", "accept", "auth", "--yes"))
        .returns(1, CommandLine.Result::exitCode)
        .returns(
            "pipeline auth is not stopped for a reason that can be accepted, it is STREAMING: captures and publishes\n",
            CommandLine.Result::output);
  }

  @Test
  void a_pipeline_that_is_paused_is_shown_with_what_has_it_go_on() throws Exception {
    try {
      assertThat(CommandLine.run("relay", "pause", "auth").exitCode()).isZero();

      awaitStatus(
          1,
          """
          auth: an operator paused it
            to mend it: infra/onceward relay resume --home \\S+ auth
            read: infra/docs/runbook/paused.md
          """);
      var verified = CommandLine.run("verify", "--wait", "1");
      assertThat(verified.exitCode()).as(verified.output()).isEqualTo(4);
      assertThat(verified.output())
          .contains("STANDS STILL pipeline auth is STOPPED (paused): an operator paused it\n");
      await()
          .atMost(RunningSystem.DEADLINE)
          .untilAsserted(() -> {
            // A program that does not answer within 2 s is silent, and says no reason.
            var stands = CommandLine.run("status");
            assertThat(stands.exitCode()).as(stands.output()).isEqualTo(1);
            assertThat(stands.output())
                .contains(
                    "outbox-relay is not ready:\n  pipelines: auth: STOPPED: paused: an operator paused it;")
                .containsPattern("next: infra/onceward relay status --home ");
          });
    } finally {
      assertThat(CommandLine.run("relay", "resume", "auth").exitCode()).isZero();
    }
    awaitStatus(0, "(?m)^auth +STREAMING");
    assertThat(CommandLine.run("relay", "status", "--history").output())
        .containsPattern(
            "STOPPED +paused: an operator paused it; by \\S+ \\(operator, from 127\\.0\\.0\\.1\\)");
  }

  @Test
  void consumers_are_listed_with_how_they_stand() throws Exception {
    assertThat(CommandLine.run("messaging", "status"))
        .returns(0, CommandLine.Result::exitCode)
        .satisfies(told ->
            assertThat(told.output())
                .containsPattern("(?m)^user-service +account\\.events +user-service +flows "));
  }

  @Test
  void no_secret_of_the_stack_is_printed() throws Exception {
    var passwords = new Properties();
    try (var file = Files.newBufferedReader(RunningSystem.stack().passwords())) {
      passwords.load(file);
    }
    assertThat(passwords).isNotEmpty();
    for (var command : new String[] {"status", "status --json", "relay status", "verify --json"}) {
      assertThat(CommandLine.run(command.split(" ", -1)).output())
          .as(command)
          .doesNotContain(passwords.values().stream().map(String::valueOf).toList());
    }
  }

  private static void awaitStatus(int exitCode, String pattern) {
    await()
        .atMost(60, SECONDS)
        .untilAsserted(() -> {
          var status = CommandLine.run("relay", "status");
          assertThat(status.output()).containsPattern(pattern);
          assertThat(status.exitCode()).isEqualTo(exitCode);
        });
  }
}
