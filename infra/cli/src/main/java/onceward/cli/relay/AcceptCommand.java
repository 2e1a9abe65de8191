package onceward.cli.relay;

import java.util.concurrent.Callable;
import onceward.cli.program.Consent;
import onceward.cli.program.NotFoundException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward relay accept}: asks first, because messages may be missing for good. */
@Command(
    name = "accept",
    description = {
      "Lets a stopped pipeline continue at the place of its slot, although messages may be missing.",
      "The relay does not publish messages between its last position and the slot."
    },
    mixinStandardHelpOptions = true)
final class AcceptCommand implements Callable<Integer> {

  @Mixin private final OnePipeline pipeline = new OnePipeline();
  @Mixin private final Consent consent = new Consent();

  @Override
  public Integer call() throws Exception {
    var sentence = sentence();
    return consent.obtain(
        "accept: " + sentence,
        sentence
            + "\nMessages may be missing for good; infra/docs/runbook/README.md says how to find them."
            + "\nContinue anyway",
        () ->
            pipeline.post(
                "accept", "Pipeline %s continues, as accepted.".formatted(pipeline.name())));
  }

  private String sentence() throws InterruptedException {
    var relay = pipeline.relay();
    return relay.pipelines().stream()
        .filter(one -> one.path("pipeline").asText().equals(pipeline.name()))
        .map(one -> one.path("sentence").asText())
        .findFirst()
        .orElseThrow(() ->
            new NotFoundException(
                "there is no pipeline '%s'; `%s` lists them"
                    .formatted(pipeline.name(), relay.option().command("relay status"))));
  }
}
