package onceward.cli.subscription;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward messaging accept}: asks first, because messages may be missing for good. */
@Command(
    name = "accept",
    description = {
      "Lets a consumer continue in its stopped partitions, at the first record that is left.",
      "The consumer does not handle the records that are gone, unless they are published again.",
      "If its database was restored from before, it continues where the database stands."
    },
    mixinStandardHelpOptions = true)
final class AcceptCommand implements Callable<Integer> {

  @Mixin private final OneSubscription one = new OneSubscription();

  @Override
  public Integer call() throws Exception {
    var known = one.find();
    var losses = new StringBuilder();
    known
        .subscription()
        .path("partitions")
        .properties()
        .forEach(partition -> {
          var stopped = partition.getValue().path("stopped").asText();
          if (!stopped.isEmpty()) {
            losses.append("\n%s: %s".formatted(partition.getKey(), stopped));
          }
        });
    var what =
        losses.isEmpty()
            ? "continue in the stopped partitions of %s: the process that was asked knows of none"
                .formatted(one.topic())
            : "continue in the stopped partitions of %s:%s".formatted(one.topic(), losses);
    return one.run(known, "/accept", what, what + "\nContinue anyway", "continues.");
  }
}
