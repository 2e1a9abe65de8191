package onceward.cli.relay;

import java.io.Console;
import java.util.Optional;
import java.util.concurrent.Callable;
import onceward.localstack.process.StackException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceward relay accept}: asks first, for messages may be missing for good. */
@Command(
    name = "accept",
    description = {
      "Has a stopped pipeline go on where its slot stands.",
      "Messages between there and what was published are not published, unless by other means."
    },
    mixinStandardHelpOptions = true)
final class AcceptCommand implements Callable<Integer> {

  @Mixin private final Telling telling = new Telling();

  @Option(names = "--dry-run", description = "Says what would be accepted, and does nothing.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Does not ask.")
  private boolean yes;

  @Override
  public Integer call() throws InterruptedException {
    var sentence = sentence();
    if (dryRun) {
      System.out.println("Would accept: " + sentence);
      return 0;
    }
    if (!yes && !confirmed(sentence)) {
      System.out.println("Nothing was done.");
      return 1;
    }
    return telling.tell("accept", "%s goes on where its slot stands.");
  }

  private String sentence() throws InterruptedException {
    return telling.relay().pipelines().stream()
        .filter(pipeline -> pipeline.path("pipeline").asText().equals(telling.pipeline()))
        .map(pipeline -> pipeline.path("sentence").asText())
        .findFirst()
        .orElseThrow(() ->
            new StackException(
                "there is no pipeline '%s'; `relay status` lists them"
                    .formatted(telling.pipeline())));
  }

  private static boolean confirmed(String sentence) {
    var console =
        Optional.ofNullable(System.console())
            .filter(Console::isTerminal)
            .orElseThrow(() ->
                new StackException("nobody is there to ask whether to accept this: give --yes"));
    var answer = console.readLine("%s%nGo on all the same? [y/N] ", sentence);
    return answer != null && answer.strip().equalsIgnoreCase("y");
  }
}
