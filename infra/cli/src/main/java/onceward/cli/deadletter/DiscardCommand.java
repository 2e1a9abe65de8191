package onceward.cli.deadletter;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward dlq discard}. */
@Command(
    name = "discard",
    description =
        "Gives up the message of a dead letter for good, and handles the messages parked behind it.",
    mixinStandardHelpOptions = true)
final class DiscardCommand implements Callable<Integer> {

  @Mixin private final Closing closing = new Closing();

  @Override
  public Integer call() throws Exception {
    return closing.run(
        "discard", "give up %s for good, and then handle the messages parked behind it");
  }
}
