package onceward.cli.replay;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceward replay follow}. */
@Command(
    name = "follow",
    description = "Shows the progress of a replay until it is over.",
    mixinStandardHelpOptions = true)
final class FollowCommand implements Callable<Integer> {

  @Mixin private final OneReplay one = new OneReplay();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    return ReplayFollower.follow(one.services(), one.find(), json);
  }
}
