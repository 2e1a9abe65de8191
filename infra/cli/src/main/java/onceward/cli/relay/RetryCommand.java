package onceward.cli.relay;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward relay retry}. */
@Command(
    name = "retry",
    description = "Publishes a quarantined message and the messages that wait behind it, in order.",
    mixinStandardHelpOptions = true)
final class RetryCommand implements Callable<Integer> {

  @Mixin private final OneMessage message = new OneMessage();

  @Override
  public Integer call() throws Exception {
    var relay = message.relay();
    var parked = relay.parked(message.id());
    return message.run(
        parked.path("pipeline").asText(),
        "retry",
        "publish %s, and the messages that wait behind it".formatted(OneMessage.describe(parked)),
        "The relay does so with the next beat of its canary; `%s` lists the messages that still wait, and why."
            .formatted(relay.option().command("relay parked")));
  }
}
