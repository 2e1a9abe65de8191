package onceward.cli.program;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Commands that the relay names can be pasted, for a relay elsewhere too. */
final class RelayOptionTest {

  private static final String REMEDY =
      "infra/onceward topic create account.events && infra/onceward republish run --pipeline auth --yes"
          + " && infra/onceward relay accept auth --yes";

  @Command
  static final class Asking {
    @Mixin private final RelayOption relay = new RelayOption();
  }

  @Test
  void commands_about_a_relay_elsewhere_ask_that_one() {
    var relay =
        parsed("--url", "http://relay.internal:9083/", "--token-file", "/run/operator.token");

    assertThat(relay.complete(REMEDY))
        .isEqualTo(
            "infra/onceward topic create --bootstrap-servers BROKERS account.events"
                + " && infra/onceward republish run --config FILE --url http://relay.internal:9083 --token-file /run/operator.token --pipeline auth --yes"
                + " && infra/onceward relay accept --url http://relay.internal:9083 --token-file /run/operator.token auth --yes");
    assertThat(relay.command("relay status"))
        .isEqualTo(
            "infra/onceward relay status --url http://relay.internal:9083 --token-file /run/operator.token");
  }

  @Test
  void commands_about_the_relay_of_a_stack_name_its_home() {
    var relay = parsed("--home", "/srv/stack");

    assertThat(relay.complete("infra/onceward relay accept auth --yes"))
        .isEqualTo("infra/onceward relay accept --home /srv/stack auth --yes");
  }

  private static RelayOption parsed(String... arguments) {
    var asking = new Asking();
    new CommandLine(asking).parseArgs(arguments);
    return asking.relay;
  }
}
