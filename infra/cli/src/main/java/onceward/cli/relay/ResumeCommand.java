package onceward.cli.relay;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward relay resume}. */
@Command(
    name = "resume",
    description = "Has a pipeline go on that was paused or is stopped.",
    mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {

  @Mixin private final Telling telling = new Telling();

  @Override
  public Integer call() throws InterruptedException {
    return telling.tell(
        "resume",
        "%s goes on; `%s` shows how far it comes."
            .formatted(telling.pipeline(), telling.commands().of("relay status")));
  }
}
