package onceward.cli.relay;

import java.util.concurrent.Callable;
import onceward.cli.program.NotFoundException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward relay quarantine}. */
@Command(
    name = "quarantine",
    description = {
      "Sets aside the message at which a pipeline is stopped, and lets all else flow.",
      "What comes for the same aggregate waits behind it; `relay parked` lists that."
    },
    mixinStandardHelpOptions = true)
final class QuarantineCommand implements Callable<Integer> {

  @Mixin private final OneMessage message = new OneMessage();

  @Override
  public Integer call() throws Exception {
    var relay = message.relay();
    var stopped =
        relay.pipelines().stream()
            .filter(pipeline -> pipeline.path("message").asText().equals(message.id().toString()))
            .findFirst()
            .orElseThrow(() ->
                new NotFoundException(
                    "no pipeline is stopped at message %s; `%s` shows at which one is"
                        .formatted(message.id(), relay.commands().of("relay status"))));
    var pipeline = stopped.path("pipeline").asText();
    var what =
        "quarantine message %s (%s), and have pipeline %s go on without its aggregate"
            .formatted(message.id(), stopped.path("sentence").asText(), pipeline);
    return message.run(
        pipeline,
        "quarantine",
        what,
        "It is set aside; `%s` shows what waits with it."
            .formatted(relay.commands().of("relay parked")));
  }
}
