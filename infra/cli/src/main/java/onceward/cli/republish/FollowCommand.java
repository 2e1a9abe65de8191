package onceward.cli.republish;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceward republish follow}. */
@Command(
    name = "follow",
    description = "Shows the progress of a request until it is over.",
    mixinStandardHelpOptions = true)
final class FollowCommand implements Callable<Integer> {

  @Mixin private final OneRequest one = new OneRequest();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    return Follower.follow(one.find(), json);
  }
}
