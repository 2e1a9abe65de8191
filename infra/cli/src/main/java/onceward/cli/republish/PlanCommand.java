package onceward.cli.republish;

import java.util.concurrent.Callable;
import onceward.cli.program.RelayOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceward republish plan}. */
@Command(
    name = "plan",
    description = {
      "Finds which messages of an outbox its topics lack, or one consumer, and changes nothing.",
      "`republish run` with the same options brings them back."
    },
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {

  @Mixin private final RelayOption relay = new RelayOption();
  @Mixin private final ShortageOptions options = new ShortageOptions();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    var plan = options.search(relay);
    System.out.print(
        json
            ? RepublishText.json(options.pipeline(), plan) + "\n"
            : RepublishText.describe(options.pipeline(), plan));
    System.out.flush();
    return 0;
  }
}
