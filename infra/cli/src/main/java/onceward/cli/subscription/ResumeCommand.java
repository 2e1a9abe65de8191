package onceward.cli.subscription;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward messaging resume}: for a subscription that is stopped as a whole. */
@Command(
    name = "resume",
    description = {
      "Lets a consumer go on that stopped as a whole: too many messages failed, or another service is in its group.",
      "The consumer handles the messages again at which it stopped. Mend the cause first."
    },
    mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {

  @Mixin private final OneSubscription one = new OneSubscription();

  @Override
  public Integer call() throws Exception {
    var known = one.find();
    if (!known.subscription().path("stopped").asBoolean()) {
      System.err.println(
          known.subscription().path("flows").asBoolean()
              ? "it is not stopped: messages flow"
              : "it is not stopped as a whole: " + known.subscription().path("reason").asText());
      return 1;
    }
    var what =
        "let the consumer go on, which is stopped: " + known.subscription().path("reason").asText();
    return one.run(known, "", what, what, "goes on.");
  }
}
