package onceward.cli.relay;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward relay pause}. */
@Command(
    name = "pause",
    description =
        "Pauses a pipeline until it is resumed. PostgreSQL keeps the log, so nothing is lost.",
    mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {

  @Mixin private final OnePipeline pipeline = new OnePipeline();

  @Override
  public Integer call() throws InterruptedException {
    return pipeline.post("pause", "Pipeline %s pauses.".formatted(pipeline.name()));
  }
}
