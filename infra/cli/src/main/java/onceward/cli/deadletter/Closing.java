package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Console;
import java.util.Optional;
import onceward.cli.stack.HomeOption;
import onceward.localstack.process.StackException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code retry} and {@code discard} have in common: they ask before they change anything. */
final class Closing {

  @Mixin private final HomeOption home = new HomeOption();

  @Parameters(paramLabel = "ID", description = "As `dlq ls` shows it.")
  private String id = "";

  @Option(names = "--dry-run", description = "Says what would be done, and does nothing.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Does not ask.")
  private boolean yes;

  @Option(names = "--json", description = "The service's answer as JSON; asks for --yes.")
  private boolean json;

  /** Exit code 0 when it is closed, 1 when the service says why not, or nothing was done. */
  int run(String action, String what) throws InterruptedException {
    var services = new Services(home.path());
    var letter = services.letter(id);
    var sentence = what.formatted(describe(letter));
    if (dryRun) {
      System.out.println("Would " + sentence + ".");
      return 0;
    }
    if (!yes && !confirmed(sentence)) {
      System.out.println("Nothing was done.");
      return 1;
    }
    var answer = services.close(letter, action);
    var closed = answer.statusCode() == 200;
    (closed || json ? System.out : System.err).println(answer.body());
    return closed ? 0 : 1;
  }

  private static String describe(JsonNode letter) {
    return "%s version %s of %s (%s)"
        .formatted(
            letter.path("type").asText("a record"),
            letter.path("version").asText("-"),
            letter.path("key").asText("-"),
            letter.path("service").asText());
  }

  private static boolean confirmed(String sentence) {
    var console =
        Optional.ofNullable(System.console())
            .filter(Console::isTerminal)
            .orElseThrow(() ->
                new StackException(
                    "nobody is there to ask whether to " + sentence + ": give --yes"));
    var answer = console.readLine("%s? [y/N] ", sentence);
    return answer != null && answer.strip().equalsIgnoreCase("y");
  }
}
