package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import onceward.cli.program.ServicesOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceward dlq ls}: exit code 1 when there are open letters, so that a script notices. */
@Command(
    name = "ls",
    description = "Lists the open dead letters, oldest first.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {

  private static final String ROW = "%-36s  %-13s  %-18s  %-16s  %-8s  %s%n";

  @Mixin private final ServicesOption option = new ServicesOption();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    var services = Services.of(option);
    var letters = services.letters();
    System.out.print(
        json ? letters + "\n" : table(letters) + "Asked: %s.\n".formatted(services.names()));
    System.out.flush();
    return letters.isEmpty() ? 0 : 1;
  }

  private static String table(List<JsonNode> letters) {
    if (letters.isEmpty()) {
      return "No dead letters.\n";
    }
    var table =
        new StringBuilder(ROW.formatted("ID", "SERVICE", "TYPE", "REASON", "ATTEMPTS", "KEY"));
    for (var letter : letters) {
      table.append(
          ROW.formatted(
              text(letter, "id"),
              text(letter, "service"),
              text(letter, "type"),
              text(letter, "reason"),
              text(letter, "attempts"),
              text(letter, "key")));
    }
    return table.toString();
  }

  private static String text(JsonNode letter, String field) {
    return letter.path(field).asText("-");
  }
}
