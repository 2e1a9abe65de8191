package onceward.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Goal: the service gets what the operator has given, and nothing else. */
class RequestOptionsTest {

  @Command
  private static final class Holder {
    @Mixin private final RequestOptions options = new RequestOptions();
  }

  @Test
  void criteria_that_are_not_given_stay_out() {
    var request = parsed("--operator", "ada");

    assertThat(request.isGiven()).isFalse();
    assertThat(request.body("billing", "order.events"))
        .hasToString("{\"operator\":\"ada\",\"consumer\":\"billing\",\"topic\":\"order.events\"}");
  }

  @Test
  void criteria_are_sent_as_they_are() {
    var request =
        parsed(
            "--operator",
            "ada",
            "--partition",
            "0",
            "--partition",
            "2",
            "--key",
            "a",
            "--type",
            "Shipped",
            "--message",
            "0195d3c2-0000-7000-8000-000000000000",
            "--since",
            "2026-11-28T03:00:00Z",
            "--rate",
            "20",
            "--mode",
            "force");

    assertThat(request.isGiven()).isTrue();
    var body = request.body("billing", "order.events");
    assertThat(body.path("partitions")).hasToString("[0,2]");
    assertThat(body.path("keys")).hasToString("[\"a\"]");
    assertThat(body.path("types")).hasToString("[\"Shipped\"]");
    assertThat(body.path("messages")).hasToString("[\"0195d3c2-0000-7000-8000-000000000000\"]");
    assertThat(body.path("since").asText()).isEqualTo("2026-11-28T03:00:00Z");
    assertThat(body.path("rate").asDouble()).isEqualTo(20);
    assertThat(body.path("mode").asText()).isEqualTo("force");
  }

  @Test
  void a_rate_is_not_passed_over_beside_the_id_of_a_plan() {
    assertThat(parsed("--rate", "10").isGiven()).isTrue();
  }

  private static RequestOptions parsed(String... arguments) {
    var holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder.options;
  }
}
