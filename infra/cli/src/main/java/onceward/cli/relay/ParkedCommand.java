package onceward.cli.relay;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import onceward.cli.program.RelayOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code onceward relay parked}: exit code 1 when messages are parked, so that a script notices.
 */
@Command(
    name = "parked",
    description = "Lists the quarantined messages, and the messages that wait behind them.",
    mixinStandardHelpOptions = true)
final class ParkedCommand implements Callable<Integer> {

  private static final String ROW = "%-36s  %-10s  %-20s  %-20s  %s%n";

  @Mixin private final RelayOption option = new RelayOption();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    var parked = Relay.of(option).parked();
    System.out.print(json ? parked + "\n" : table(parked));
    System.out.flush();
    return parked.isEmpty() ? 0 : 1;
  }

  private static String table(List<JsonNode> parked) {
    if (parked.isEmpty()) {
      return "No messages are parked.\n";
    }
    var table =
        new StringBuilder(ROW.formatted("MESSAGE", "PIPELINE", "SINCE", "TYPE", "AGGREGATE, WHY"));
    for (var message : parked) {
      table.append(
          ROW.formatted(
              message.path("message").asText(),
              message.path("pipeline").asText(),
              message.path("parkedAt").asText().replaceAll("\\.\\d+", ""),
              message.path("type").asText(),
              "%s %s%s"
                  .formatted(
                      message.path("aggregateType").asText(),
                      message.path("aggregateId").asText(),
                      why(message))));
    }
    return table.toString();
  }

  private static String why(JsonNode message) {
    var state =
        message.has("discardedBy")
            ? "discarded"
            : message.has("releaseAskedBy")
                ? "release requested"
                : message.has("quarantinedBy") ? "quarantined" : "waits";
    return message.has("reason")
        ? ", %s: %s".formatted(state, message.path("reason").asText())
        : ", " + state;
  }
}
