package onceward.cli.stack;

import java.util.concurrent.Callable;
import onceward.localstack.LocalStack;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceward down}: stops what runs, complete or not, and keeps the data. */
@Command(
    name = "down",
    description = "Stops the stack and keeps its data.",
    mixinStandardHelpOptions = true)
public final class DownCommand implements Callable<Integer> {

  @Mixin private final HomeOption home = new HomeOption();

  @Override
  public Integer call() {
    boolean stopped = LocalStack.stop(home.path(), line -> say("  " + line));
    say(stopped ? "Stopped." : "Nothing runs in " + home.path() + ".");
    return 0;
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
