package onceward.cli.deadletter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

  @Option(
      names = "--payload-file",
      paramLabel = "FILE",
      description = {
        "Handles the content of FILE in the place of the payload; for one ID, with --reason.",
        "The service must run with messaging.dead-letters.allow-edit=true. It keeps the original too."
      })
  private @Nullable Path payloadFile;

  @Override
  public Integer call() throws Exception {
    var body = closing.operator().body();
    if (payloadFile == null) {
      return closing.run("retry", "handle %s, and then the messages parked behind it", body);
    }
    if (!closing.isOne() || !closing.operator().hasReason()) {
      throw closing.usage("--payload-file goes with one ID and with --reason");
    }
    return closing.run(
        "retry",
        "handle %s with another payload, and then the messages parked behind it",
        body.put("payload", payload(payloadFile)));
  }

  private String payload(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw closing.usage("--payload-file %s cannot be read: %s".formatted(file, unreadable));
    }
  }
}
