package onceward.cli.replay;

import java.util.concurrent.Callable;
import onceward.cli.program.ServicesOption;
import onceward.cli.replay.ReplayServices.Known;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onceward replay plan}. */
@Command(
    name = "plan",
    description = {
      "Counts what a replay would do, and changes nothing.",
      "The plan ends where the live consumer stands now; `replay run` with its id carries it out."
    },
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {

  @Mixin private final ServicesOption option = new ServicesOption();
  @Mixin private final RequestOptions request = new RequestOptions();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    var services = ReplayServices.of(option);
    return print(
        services, ReplayFollower.awaitEnd(services::command, services.plan(request)), json);
  }

  /** Prints a plan. Exit code 0 when it can be carried out. */
  static int print(ReplayServices services, Known plan, boolean json) {
    if (json) {
      System.out.println(plan.json());
    } else {
      System.out.print(ReplayText.describe(plan.replay()));
      if (plan.state().equals("planned")) {
        System.out.printf(
            "`%s` carries it out, %s.%n",
            services.command("replay run " + plan.id()), ReplayText.estimate(plan.replay()));
      }
    }
    System.out.flush();
    return plan.state().equals("planned") ? 0 : 1;
  }
}
