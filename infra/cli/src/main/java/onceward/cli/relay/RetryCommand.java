package onceward.cli.relay;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward relay retry}. */
@Command(
    name = "retry",
    description =
        "Publishes a message that is parked, and all that waits for its aggregate, in order.",
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
        "publish %s, and all that waits with it".formatted(OneMessage.describe(parked)),
        "The relay does so with its next canary; `%s` shows what still waits, and why."
            .formatted(relay.commands().of("relay parked")));
  }
}
