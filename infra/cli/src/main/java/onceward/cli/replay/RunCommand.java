package onceward.cli.replay;

import java.util.concurrent.Callable;
import onceward.cli.program.Consent;
import onceward.cli.program.ServicesOption;
import onceward.cli.replay.ReplayServices.Known;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code onceward replay run}. */
@Command(
    name = "run",
    description = {
      "Carries out a plan: the one of ID, or one that is made now and shown before.",
      "The service does the work, which this command follows; the replay goes on without it."
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec command = CommandSpec.create();
  @Mixin private final ServicesOption option = new ServicesOption();
  @Mixin private final RequestOptions request = new RequestOptions();
  @Mixin private final Consent consent = new Consent();

  @Parameters(
      paramLabel = "ID",
      arity = "0..1",
      description = "The id of a plan, as `replay ls` shows it; or say which records by options.")
  private @Nullable String id;

  @Option(
      names = "--detach",
      description = "Ends when the replay is queued; the service goes on with it.")
  private boolean detach;

  @Option(names = "--json", description = "Prints JSON; needs --yes.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if ((id != null) == request.isGiven()) {
      throw new ParameterException(
          command.commandLine(),
          "say what to replay: the ID of a plan; or --consumer and --topic, and which records");
    }
    var services = ReplayServices.of(option);
    var plan =
        id == null
            ? ReplayFollower.awaitEnd(services::command, services.plan(request))
            : services.find(id);
    if (consent.isDryRun() || plan.state().equals("refused")) {
      return PlanCommand.print(services, plan, json);
    }
    if (!plan.state().equals("planned")) {
      System.err.printf(
          "replay %s is %s; only a plan can be run. `%s` shows it.%n",
          plan.id(), plan.state(), services.command("replay show " + plan.id()));
      return 1;
    }
    if (!json) {
      System.out.print(ReplayText.describe(plan.replay()));
    }
    var sentence = ReplayText.question(plan.replay());
    return consent.obtain(sentence, sentence, () -> run(services, plan));
  }

  private int run(ReplayServices services, Known plan) throws InterruptedException {
    var answer = plan.change("run", request.operator().body());
    if (!answer.isOk()) {
      System.err.println(answer.refusal());
      return 1;
    }
    if (detach && json) {
      System.out.println(answer.body());
      return 0;
    }
    if (detach) {
      System.out.printf("`%s` follows it.%n", services.command("replay follow " + plan.id()));
      return 0;
    }
    return ReplayFollower.follow(services, plan, json);
  }
}
