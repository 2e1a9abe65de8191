package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import onceward.cli.program.ServicesOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code onceward dlq show}: everything that is known of one dead letter, except its content. */
@Command(
    name = "show",
    description = "Shows where one dead letter comes from and why it failed.",
    mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {

  @Mixin private final ServicesOption option = new ServicesOption();

  @Parameters(paramLabel = "ID", description = "The id of the dead letter, as `dlq ls` shows it.")
  private String id = "";

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    var letter = Services.of(option).letter(id);
    System.out.print(json ? letter + "\n" : lines(letter));
    System.out.flush();
    return 0;
  }

  private static String lines(JsonNode letter) {
    var lines = new StringBuilder();
    letter
        .properties()
        .forEach(field ->
            lines.append("%-12s %s%n".formatted(field.getKey(), field.getValue().asText())));
    return lines.toString();
  }
}
