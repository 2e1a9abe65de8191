package onceward.cli.relay;

import java.util.concurrent.Callable;
import onceward.cli.program.NotFoundException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward relay quarantine}. */
@Command(
    name = "quarantine",
    description = {
      "Quarantines the message at which a pipeline is stopped; the pipeline then goes on.",
      "Later messages of the same aggregate wait behind it; `relay parked` lists them."
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
                    "no pipeline is stopped at message %s; `%s` shows the message at which one is stopped"
                        .formatted(message.id(), relay.option().command("relay status"))));
    var pipeline = stopped.path("pipeline").asText();
    var what =
        "quarantine message %s (%s), and let pipeline %s go on with all other aggregates"
            .formatted(message.id(), stopped.path("sentence").asText(), pipeline);
    return message.run(
        pipeline,
        "quarantine",
        what,
        "The message is quarantined; `%s` lists it and the messages behind it."
            .formatted(relay.option().command("relay parked")));
  }
}
