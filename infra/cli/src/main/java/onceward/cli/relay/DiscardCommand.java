package onceward.cli.relay;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward relay discard}. */
@Command(
    name = "discard",
    description =
        "Gives up a quarantined message for good, and publishes the messages that wait behind it.",
    mixinStandardHelpOptions = true)
final class DiscardCommand implements Callable<Integer> {

  @Mixin private final OneMessage message = new OneMessage();

  @Override
  public Integer call() throws Exception {
    var parked = message.relay().parked(message.id());
    return message.run(
        parked.path("pipeline").asText(),
        "discard",
        "give up %s for good: its consumers see a gap".formatted(OneMessage.describe(parked)),
        "The relay does so with the next beat of its canary; the row of the message stays in relay_parked.");
  }
}
