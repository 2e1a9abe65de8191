package onceward.cli.republish;

import java.util.concurrent.Callable;
import onceward.cli.program.Consent;
import onceward.cli.program.OperatorOption;
import onceward.cli.program.RelayOption;
import onceward.ledger.verify.Shortage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code onceward republish run}. */
@Command(
    name = "run",
    description = {
      "Finds which messages are missing, as `republish plan` does, and has the relay publish them again.",
      "The relay does so before it publishes anything that it captures; this command follows, and the request goes on without it."
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec command = CommandSpec.create();
  @Mixin private final RelayOption relay = new RelayOption();
  @Mixin private final ShortageOptions options = new ShortageOptions();
  @Mixin private final OperatorOption operator = new OperatorOption();
  @Mixin private final Consent consent = new Consent();

  @Option(
      names = "--detach",
      description = "Ends when the request is started; the relay goes on with it.")
  private boolean detach;

  @Option(
      names = "--in-parts",
      description = {
        "Makes one request after the other where one cannot take all. What the pipeline captures comes",
        "between two requests, so later versions of a key may come before its earlier ones. With --detach,",
        "only the first request."
      })
  private boolean inParts;

  @Option(names = "--json", description = "Prints JSON; needs --yes.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    var plan = options.search(relay);
    if (consent.isDryRun() && json) {
      System.out.println(RepublishText.json(options.pipeline(), plan));
      return 0;
    }
    if (!json || plan.messages().isEmpty()) {
      System.out.print(
          json
              ? RepublishText.json(options.pipeline(), plan) + "\n"
              : RepublishText.describe(options.pipeline(), plan));
      System.out.flush();
    }
    if (plan.messages().isEmpty()) {
      return 0;
    }
    if (!consent.isDryRun()) {
      Parts.objection(plan, inParts).ifPresent(this::refuse);
    }
    var sentence =
        "publish %,d messages again from the outbox of pipeline %s; what it captures waits meanwhile"
            .formatted(plan.messages().size(), options.pipeline());
    return consent.obtain(
        sentence, sentence, () -> detach ? run(plan) : Parts.run(plan, this::planAgain, this::run));
  }

  private void refuse(String why) {
    throw new ParameterException(command.commandLine(), why);
  }

  private Shortage planAgain() throws InterruptedException {
    var plan = options.search(relay);
    if (!json) {
      System.out.print(RepublishText.describe(options.pipeline(), plan));
      System.out.flush();
    }
    return plan;
  }

  private int run(Shortage plan) throws InterruptedException {
    var started = Requests.of(relay).start(options.pipeline(), plan.messages(), operator);
    if (!detach) {
      return Follower.follow(started, json);
    }
    if (json) {
      System.out.println(started.request());
    } else {
      System.out.printf(
          "Republish request %s is started; `%s` follows it.%n",
          started.name(), relay.command("republish follow " + started.name()));
      RepublishText.standstill(started.request())
          .map(relay::complete)
          .ifPresent(System.out::println);
    }
    return 0;
  }
}
