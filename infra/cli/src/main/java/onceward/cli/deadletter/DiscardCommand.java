package onceward.cli.deadletter;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward dlq discard}. */
@Command(
    name = "discard",
    description =
        "Gives up the message of a dead letter for good, and handles the messages parked behind it. Needs --reason.",
    mixinStandardHelpOptions = true)
final class DiscardCommand implements Callable<Integer> {

  @Mixin private final Closing closing = new Closing();

  @Override
  public Integer call() throws Exception {
    if (!closing.operator().hasReason()) {
      throw closing.usage("--reason is required: nobody can look the message up afterwards");
    }
    return closing.run(
        "discard",
        "give up %s for good, and then handle the messages parked behind it",
        closing.operator().body());
  }
}
