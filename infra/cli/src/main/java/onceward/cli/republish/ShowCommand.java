package onceward.cli.republish;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceward republish show}. */
@Command(
    name = "show",
    description =
        "Shows one request: its counts, and the messages that are not published, with why.",
    mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {

  @Mixin private final OneRequest one = new OneRequest();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    var known = one.find();
    var request = known.request();
    System.out.print(
        json
            ? request + "\n"
            : known.requests().complete(RepublishText.describe(request))
                + RepublishText.unpublished(request));
    System.out.flush();
    return 0;
  }
}
