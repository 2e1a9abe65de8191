package onceward.cli.republish;

import java.util.concurrent.Callable;
import onceward.cli.program.Answer;
import onceward.cli.program.Consent;
import onceward.cli.program.OperatorOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The commands that let a request stand still, go on, or end. */
final class ChangeCommands {

  private ChangeCommands() {}

  /** The common part. */
  static final class ChangeOne {

    @Mixin private final OneRequest one = new OneRequest();
    @Mixin private final OperatorOption operator = new OperatorOption();
    @Mixin private final Consent consent = new Consent();

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    int run(String action, String what) throws Exception {
      var known = one.find();
      var sentence =
          what.formatted(
              "republish request %s, which is %s".formatted(known.name(), known.state()));
      return consent.obtain(sentence, sentence, () -> tell(known.change(action, operator.body())));
    }

    private int tell(Answer answer) {
      if (!answer.isOk()) {
        System.err.println(answer.refusal());
        return 1;
      }
      System.out.println(
          json
              ? answer.body()
              : "The request is %s.".formatted(answer.json().path("state").asText()));
      return 0;
    }
  }

  @Command(
      name = "pause",
      description =
          "Lets a request stand still after the messages in hand; what the pipeline captures flows.",
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
      description = "Lets a paused request go on.",
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
      description = "Ends a request after the messages in hand; what was published stays.",
      mixinStandardHelpOptions = true)
  static final class Cancel implements Callable<Integer> {

    @Mixin private final ChangeOne change = new ChangeOne();

    @Override
    public Integer call() throws Exception {
      return change.run("cancel", "end %s");
    }
  }
}
