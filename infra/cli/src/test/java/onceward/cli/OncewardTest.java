package onceward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import onceward.localstack.process.Ports;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OncewardTest {

  private final StringWriter err = new StringWriter();

  @TempDir private Path home;

  @Test
  void status_without_a_stack_says_how_to_start_one_and_exits_with_3() {
    assertThat(run("status", "--home", home.toString())).isEqualTo(3);
    assertThat(err)
        .hasToString(
            "onceward: No stack runs in %1$s: start one with `infra/onceward up --home %1$s`.%n"
                .formatted(home));
  }

  @Test
  void with_json_an_error_is_an_object_on_one_line() {
    assertThat(run("status", "--json", "--home", home.toString())).isEqualTo(3);
    assertThat(err.toString()).startsWith("{\"error\":\"No stack runs in ").hasLineCount(1);
  }

  @Test
  void a_file_that_cannot_be_read_is_named_with_the_reason() throws IOException {
    Path file = Files.createFile(home.resolve("file"));

    assertThat(run("down", "--home", file.toString())).isEqualTo(3);
    assertThat(err)
        .hasToString(
            "onceward: Cannot read or write %s/stack.json: Not a directory%n".formatted(file));
  }

  @Test
  void down_without_a_stack_is_fine() {
    assertThat(run("down", "--home", home.toString())).isZero();
  }

  @Test
  void a_malformed_setting_is_a_usage_error_that_shows_the_form() {
    assertThat(run("up", "--set", "auth-service")).isEqualTo(2);
    assertThat(err.toString()).contains("program:property=value");
  }

  @Test
  void a_setting_of_a_program_that_there_is_not_is_a_usage_error_that_lists_those_there_are() {
    assertThat(run("up", "--set", "shop:a=b")).isEqualTo(2);
    assertThat(err.toString()).contains("\"shop\"", "auth-service, user-service");
  }

  @Test
  void what_is_no_address_of_a_service_is_a_usage_error() {
    for (var url : new String[] {"shop", "ftp://shop", "http://", "http://a b"}) {
      assertThat(run("dlq", "ls", "--url", url)).isEqualTo(2);
      assertThat(err.toString()).contains("\"" + url + "\" is not an address such as http://");
    }
  }

  @Test
  void which_dead_letters_are_meant_has_to_be_said_once() {
    for (var which : new String[] {"", "1f2e --all", "--all --type Sent", "--limit 5"}) {
      assertThat(run(("dlq retry " + which).strip().split(" "))).isEqualTo(2);
      assertThat(err.toString()).contains("say which letters: one ID; or --group");
    }
    assertThat(run("dlq", "discard", "--all")).isEqualTo(2);
    assertThat(err.toString()).contains("--reason is required");
  }

  @Test
  void a_topic_that_outlives_the_inboxes_of_its_consumers_is_a_usage_error() {
    assertThat(run("topic", "create", "order.events", "--retention", "31d")).isEqualTo(2);
    assertThat(err.toString()).contains("--retention 31d is too long", "--inbox-retention");
    assertThat(run("topic", "create", "order.events", "--retention", "soon")).isEqualTo(2);
    assertThat(err.toString()).contains("\"soon\" is not a time in days or hours");
  }

  /** The local stack's servers would be compared, and say that nothing is missing. */
  @Test
  void messages_of_a_relay_elsewhere_are_not_looked_for_in_the_local_stack() {
    for (var action : new String[] {"run", "plan"}) {
      assertThat(
              run("republish", action, "--pipeline", "auth", "--url", "http://relay.internal:9083"))
          .isEqualTo(2);
      assertThat(err.toString())
          .contains(
              "--url names a relay elsewhere; name the servers to compare with --config FILE");
    }
  }

  @Test
  void a_kafka_that_is_not_there_is_named_and_exits_with_3() {
    var nobody = "127.0.0.1:" + Ports.free();

    assertThat(run("topic", "create", "order.events", "--bootstrap-servers", nobody)).isEqualTo(3);
    assertThat(err)
        .hasToString("onceward: Kafka at %s does not answer within 10 s%n".formatted(nobody));
  }

  @Test
  void what_is_no_id_of_a_message_is_a_usage_error() {
    for (var action : new String[] {"quarantine", "retry", "discard"}) {
      assertThat(run("relay", action, "a b")).isEqualTo(2);
      assertThat(err.toString()).contains("MESSAGE-ID", "'a b'", "UUID");
    }
  }

  @Test
  void an_unknown_command_is_a_usage_error_that_names_the_likely_one() {
    assertThat(run("stauts")).isEqualTo(2);
    assertThat(err.toString()).contains("'stauts'").contains("Did you mean: onceward status?");
  }

  @Test
  void no_command_is_a_usage_error_that_lists_them() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("up", "down", "status", "demo");
  }

  @Test
  void a_usage_error_is_the_error_and_one_line_that_names_the_help() {
    assertThat(run("dlq", "discard", "--all")).isEqualTo(2);
    assertThat(err)
        .hasToString(
            "onceward: --reason is required: nobody can look the message up afterwards%n`infra/onceward dlq discard --help` shows the options.%n"
                .formatted());
    assertThat(run("up", "--port-kafka", "many")).isEqualTo(2);
    assertThat(run("relay", "accept")).isEqualTo(2);
    assertThat(run("dlq")).isEqualTo(2);
    assertThat(run("verify", "--limit", "-1")).isEqualTo(2);
    assertThat(err.toString().lines())
        .hasSize(10)
        .contains(
            "onceward: Missing required parameter: 'PIPELINE'",
            "onceward: a command is missing behind `infra/onceward dlq`; allowed: groups, ls, show, retry, discard, archive, restore, jobs, audit",
            "`infra/onceward dlq --help` shows the options.");
  }

  @Test
  void a_number_out_of_its_range_is_a_usage_error_that_names_the_range() {
    for (var wrong :
        new String[] {
          "demo --people 0",
          "demo --concurrency 0",
          "saga ls --limit -1",
          "saga ls --older-than -5",
          "dlq audit --limit 0",
          "verify --wait -1"
        }) {
      assertThat(run(wrong.split(" "))).as(wrong).isEqualTo(2);
      assertThat(err.toString())
          .contains(wrong.replaceAll(".*(--\\S+) (.*)", "$1 is $2; allowed are"));
    }
    assertThat(run("up", "--port-kafka", "many")).isEqualTo(2);
    assertThat(err.toString()).contains("'many' is not a whole number");
  }

  @Test
  void with_json_a_usage_error_is_an_object_on_one_line() {
    assertThat(run("dlq", "retry", "--json", "--all", "--type", "Sent")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("{\"error\":\"say which letters: one ID")
        .endsWith("\"help\":\"infra/onceward dlq retry --help\"}\n")
        .hasLineCount(1);
  }

  private int run(String... arguments) {
    return Onceward.commandLine().setErr(new PrintWriter(err)).execute(arguments);
  }
}
