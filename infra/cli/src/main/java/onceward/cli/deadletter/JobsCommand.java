package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import onceward.cli.program.Change;
import onceward.cli.program.ServicesOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code onceward dlq jobs}: what becomes of retries and discards of many letters. */
@Command(
    name = "jobs",
    description = "Lists, follows and controls the jobs on dead letters.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      JobsCommand.ListJobs.class,
      JobsCommand.ShowJob.class,
      JobsCommand.FollowJob.class,
      JobsCommand.PauseJob.class,
      JobsCommand.ResumeJob.class,
      JobsCommand.CancelJob.class
    })
final class JobsCommand {

  private JobsCommand() {}

  @Command(
      name = "ls",
      description = "Lists the latest jobs, newest first.",
      mixinStandardHelpOptions = true)
  static final class ListJobs implements Callable<Integer> {

    private static final String ROW = "%-36s  %-13s  %-8s  %-10s  %8s  %8s  %7s  %s%n";

    @Mixin private final ServicesOption option = new ServicesOption();

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
      var jobs = Services.of(option).jobs();
      System.out.print(json ? jobs + "\n" : table(jobs));
      System.out.flush();
      return 0;
    }

    private static String table(List<JsonNode> jobs) {
      if (jobs.isEmpty()) {
        return "No jobs.\n";
      }
      var table =
          new StringBuilder(
              ROW.formatted(
                  "JOB", "SERVICE", "ACTION", "STATE", "TOTAL", "VERIFIED", "FAILED", "LETTERS"));
      for (var job : jobs) {
        table.append(
            ROW.formatted(
                job.path("job").asText(),
                job.path("service").asText(),
                job.path("action").asText(),
                job.path("state").asText(),
                job.path("total").asText(),
                job.path("verified").asText(),
                job.path("failed").asText(),
                job.path("selection").asText()));
      }
      return table.toString();
    }
  }

  /** The common part of the commands about one job. */
  static final class OneJob {

    @Mixin private final ServicesOption option = new ServicesOption();

    @Parameters(paramLabel = "JOB", description = "The id of the job, as `dlq jobs ls` shows it.")
    private String id = "";
  }

  @Command(
      name = "show",
      description = "Shows one job, with the letters that failed or were skipped.",
      mixinStandardHelpOptions = true)
  static final class ShowJob implements Callable<Integer> {

    @Mixin private final OneJob one = new OneJob();

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
      var job = Services.of(one.option).job(one.id);
      if (json) {
        System.out.println(job);
      } else {
        System.out.print(Lines.of(job, "notApplied"));
        job.path("notApplied").forEach(item -> System.out.println(JobFollower.describe(item)));
      }
      System.out.flush();
      return 0;
    }
  }

  @Command(
      name = "follow",
      description = "Shows the progress of a job until it is over.",
      mixinStandardHelpOptions = true)
  static final class FollowJob implements Callable<Integer> {

    @Mixin private final OneJob one = new OneJob();

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
      var services = Services.of(one.option);
      return JobFollower.follow(services, List.of(services.job(one.id)), json);
    }
  }

  /** The common part of the commands that change a job. */
  static final class ChangeOne {

    @Mixin private final OneJob one = new OneJob();
    @Mixin private final Change change = new Change();

    int run(String action, String what) throws Exception {
      var services = Services.of(one.option);
      var job = services.job(one.id);
      var sentence =
          what.formatted(
              "job %s of %s, which is %s"
                  .formatted(one.id, job.path("service").asText(), job.path("state").asText()));
      return change.run("job", sentence, body -> services.change(job, action, body));
    }
  }

  @Command(
      name = "pause",
      description = "Lets a job stand still after the letter in hand.",
      mixinStandardHelpOptions = true)
  static final class PauseJob implements Callable<Integer> {

    @Mixin private final ChangeOne change = new ChangeOne();

    @Override
    public Integer call() throws Exception {
      return change.run("pause", "let %s stand still");
    }
  }

  @Command(
      name = "resume",
      description = "Lets a paused job go on.",
      mixinStandardHelpOptions = true)
  static final class ResumeJob implements Callable<Integer> {

    @Mixin private final ChangeOne change = new ChangeOne();

    @Override
    public Integer call() throws Exception {
      return change.run("resume", "let %s go on");
    }
  }

  @Command(
      name = "cancel",
      description = "Ends a job after the letter in hand; what was applied stays applied.",
      mixinStandardHelpOptions = true)
  static final class CancelJob implements Callable<Integer> {

    @Mixin private final ChangeOne change = new ChangeOne();

    @Override
    public Integer call() throws Exception {
      return change.run("cancel", "end %s");
    }
  }
}
