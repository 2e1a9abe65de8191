package onceward.cli.replay;

import java.util.concurrent.Callable;
import onceward.cli.program.Change;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The commands that let a replay stand still, go on, or end. */
final class ChangeCommands {

  private ChangeCommands() {}

  /** The common part. */
  static final class ChangeOne {

    @Mixin private final OneReplay one = new OneReplay();
    @Mixin private final Change change = new Change();

    int run(String action, String what) throws Exception {
      var known = one.find();
      var sentence =
          what.formatted(
              "replay %s of %s, which is %s"
                  .formatted(known.id(), known.replay().path("consumer").asText(), known.state()));
      return change.run("replay", sentence, body -> known.change(action, body));
    }
  }

  @Command(
      name = "pause",
      description = "Lets a replay stand still after the messages in hand.",
      mixinStandardHelpOptions = true)
  static final class Pause implements Callable<Integer> {

    @Mixin private final ChangeOne change = new ChangeOne();

    @Override
    public Integer call() throws Exception {
      return change.run("pause", "let %s stand still");
    }
  }

  @Command(
      name = "resume",
      description = "Lets a paused replay go on.",
      mixinStandardHelpOptions = true)
  static final class Resume implements Callable<Integer> {

    @Mixin private final ChangeOne change = new ChangeOne();

    @Override
    public Integer call() throws Exception {
      return change.run("resume", "let %s go on");
    }
  }

  @Command(
      name = "cancel",
      description = "Ends a replay after the messages in hand; what was handled stays handled.",
      mixinStandardHelpOptions = true)
  static final class Cancel implements Callable<Integer> {

    @Mixin private final ChangeOne change = new ChangeOne();

    @Override
    public Integer call() throws Exception {
      return change.run("cancel", "end %s");
    }
  }
}
