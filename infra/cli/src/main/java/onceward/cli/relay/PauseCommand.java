package onceward.cli.relay;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward relay pause}. */
@Command(
    name = "pause",
    description = "Ends a pipeline until it is resumed; nothing is lost meanwhile.",
    mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {

  @Mixin private final Telling telling = new Telling();

  @Override
  public Integer call() throws InterruptedException {
    return telling.tell("pause", telling.pipeline() + " pauses.");
  }
}
