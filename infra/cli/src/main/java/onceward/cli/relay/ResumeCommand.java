package onceward.cli.relay;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward relay resume}. */
@Command(
    name = "resume",
    description = "Resumes a paused or stopped pipeline.",
    mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {

  @Mixin private final OnePipeline pipeline = new OnePipeline();

  @Override
  public Integer call() throws InterruptedException {
    return pipeline.post(
        "resume",
        "Pipeline %s resumes; `%s` shows its state."
            .formatted(pipeline.name(), pipeline.relay().option().command("relay status")));
  }
}
