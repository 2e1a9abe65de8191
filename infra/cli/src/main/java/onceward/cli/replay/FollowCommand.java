package onceward.cli.replay;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward replay follow}. */
@Command(
    name = "follow",
    description = "Shows the progress of a replay until it is over.",
    mixinStandardHelpOptions = true)
final class FollowCommand implements Callable<Integer> {

  @Mixin private final OneReplay one = new OneReplay();

  @Override
  public Integer call() throws InterruptedException {
    return ReplayFollower.follow(one.services(), one.find(), one.isJson());
  }
}
