package onceward.cli.replay;

import java.util.concurrent.Callable;
import onceward.cli.program.Consent;
import onceward.cli.program.OperatorOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The commands that let a replay stand still, go on, or end. */
final class ChangeCommands {

  private ChangeCommands() {}

  /** The common part. */
  static final class Change {

    @Mixin private final OneReplay one = new OneReplay();
    @Mixin private final OperatorOption operator = new OperatorOption();
    @Mixin private final Consent consent = new Consent();

    int run(String action, String what) throws Exception {
      var known = one.find();
      var sentence =
          what.formatted(
              "replay %s of %s, which is %s"
                  .formatted(known.id(), known.replay().path("consumer").asText(), known.state()));
      var body = operator.body();
      if (consent.isDryRun()) {
        known.change(action, body.deepCopy().put("dryRun", true));
      }
      return consent.obtain(
          sentence,
          sentence,
          () -> {
            var answer = known.change(action, body);
            if (answer.isOk()) {
              System.out.println(
                  one.isJson()
                      ? answer.body()
                      : "The replay is %s.".formatted(answer.json().path("state").asText()));
            } else {
              System.err.println(answer.refusal());
            }
            return answer.isOk() ? 0 : 1;
          });
    }
  }

  @Command(
      name = "pause",
      description = "Lets a replay stand still after the messages in hand.",
      mixinStandardHelpOptions = true)
  static final class Pause implements Callable<Integer> {

    @Mixin private final Change change = new Change();

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

    @Mixin private final Change change = new Change();

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

    @Mixin private final Change change = new Change();

    @Override
    public Integer call() throws Exception {
      return change.run("cancel", "end %s");
    }
  }
}
