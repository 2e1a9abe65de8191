package onceward.cli.relay;

import java.util.concurrent.Callable;
import onceward.cli.program.Consent;
import onceward.cli.program.NotFoundException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward relay accept}: asks first, for messages may be missing for good. */
@Command(
    name = "accept",
    description = {
      "Has a stopped pipeline go on where its slot stands.",
      "Messages between there and what was published are not published, unless by other means."
    },
    mixinStandardHelpOptions = true)
final class AcceptCommand implements Callable<Integer> {

  @Mixin private final Telling telling = new Telling();
  @Mixin private final Consent consent = new Consent();

  @Override
  public Integer call() throws Exception {
    var sentence = sentence();
    return consent.obtain(
        "accept: " + sentence,
        sentence
            + "\nMessages may be missing for good; infra/docs/runbook tells how to find out which."
            + "\nGo on all the same",
        () -> telling.tell("accept", telling.pipeline() + " goes on, as accepted."));
  }

  private String sentence() throws InterruptedException {
    var relay = telling.relay();
    return relay.pipelines().stream()
        .filter(pipeline -> pipeline.path("pipeline").asText().equals(telling.pipeline()))
        .map(pipeline -> pipeline.path("sentence").asText())
        .findFirst()
        .orElseThrow(() ->
            new NotFoundException(
                "there is no pipeline '%s'; `%s` lists them"
                    .formatted(telling.pipeline(), relay.commands().of("relay status"))));
  }
}
