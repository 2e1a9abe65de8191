package onceward.benchmarks.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What is measured is what the command line names. */
final class RelayOptionsTest {

  @Test
  void the_relay_alone_is_measured_where_no_peer_is_named() {
    assertThat(names()).containsExactly("onceward");
  }

  @Test
  void peers_come_by_commas_and_by_repetition_and_each_once() {
    assertThat(names("--peer", "floor,polling", "--peer", "floor"))
        .containsExactly("onceward", "floor", "polling");
  }

  @Test
  void captures_are_told_apart_by_name() {
    assertThat(names("--capture", "pgoutput,engine", "--peer", "floor"))
        .containsExactly("onceward-pgoutput", "onceward-engine", "floor");
  }

  @Test
  void a_peer_that_there_is_not_is_refused_with_those_that_there_are() {
    assertThatThrownBy(() -> parsed("--peer", "sequin"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("'sequin'")
        .hasMessageContaining("floor, polling, debezium-server, debezium-server-default");
  }

  @Test
  void sizes_of_payloads_are_a_list() {
    assertThat(parsed("--payload-bytes", "100,400,4096,65536").payloadBytes())
        .containsExactly(100, 400, 4_096, 65_536);
    assertThat(parsed().payloadBytes()).containsExactly(400);
    assertThatThrownBy(() -> parsed("--payload-bytes", "400,0"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("'0'");
  }

  private static List<String> names(String... arguments) {
    return parsed(arguments).turns().relays().stream().map(Relay::name).toList();
  }

  private static RelayOptions parsed(String... arguments) {
    var options = new RelayOptions();
    new CommandLine(CommandLine.Model.CommandSpec.create().addMixin("options", mixin(options)))
        .parseArgs(arguments);
    return options;
  }

  private static CommandLine.Model.CommandSpec mixin(RelayOptions options) {
    return CommandLine.Model.CommandSpec.forAnnotatedObject(options);
  }
}
