package onceward.cli.replay;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceward replay show}. */
@Command(
    name = "show",
    description = "Shows one replay: its ranges, plan, counts and the messages that failed.",
    mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {

  @Mixin private final OneReplay one = new OneReplay();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    var known = one.find();
    System.out.print(
        json
            ? known.json() + "\n"
            : ReplayText.describe(known.replay()) + ReplayText.failures(known.replay()));
    System.out.flush();
    return 0;
  }
}
