package onceward.cli.deadletter;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward dlq retry}. */
@Command(
    name = "retry",
    description = {
      "Handles the message of a dead letter again, and then the messages parked behind it.",
      "Many letters are a job of the service, which this command follows; the job goes on without it."
    },
    mixinStandardHelpOptions = true)
final class RetryCommand implements Callable<Integer> {

  @Mixin private final Closing closing = new Closing();

  @Override
  public Integer call() throws Exception {
    return closing.run(
        "retry", "handle %s, and then the messages parked behind it", closing.operator().body());
  }
}
