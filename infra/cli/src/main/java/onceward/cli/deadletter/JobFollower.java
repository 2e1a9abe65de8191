package onceward.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import onceward.cli.program.Standstill;
import onceward.cli.program.StatusLine;

/** Follows jobs until each is over. Ending the command does not end a job. */
final class JobFollower {

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int LISTED_MAX = 20;

  private JobFollower() {}

  /** Says which jobs there are. */
  static int detach(Services services, List<JsonNode> jobs, boolean json) {
    if (json) {
      System.out.println(jobs);
    } else {
      for (var job : jobs) {
        System.out.printf(
            "%s works on job %s, %d letters; `%s` follows it.%n",
            job.path("service").asText(),
            job.path("job").asText(),
            job.path("total").asLong(),
            services.command("dlq jobs follow " + job.path("job").asText()));
      }
    }
    return 0;
  }

  /** Exit code 0 when every letter of every job is verified. */
  static int follow(Services services, List<JsonNode> jobs, boolean json)
      throws InterruptedException {
    var ended = new ArrayList<JsonNode>();
    var allVerified = true;
    for (var job : jobs) {
      var progress = follow(services, job, json);
      ended.add(progress.job());
      allVerified &= progress.isVerified();
    }
    if (json) {
      System.out.println(ended);
    }
    return allVerified ? 0 : 1;
  }

  private static JobProgress follow(Services services, JsonNode job, boolean json)
      throws InterruptedException {
    var begun = Instant.now();
    var settled = JobProgress.settled(job);
    var standstill = new Standstill();
    while (true) {
      var now = services.job(job);
      var progress = new JobProgress(now, settled, Duration.between(begun, Instant.now()));
      if (!json) {
        StatusLine.show(progress.line(), progress.isOver());
      }
      if (progress.isOver()) {
        if (!json) {
          tellTheEnd(services, progress);
        }
        return progress;
      }
      standstill.watch(
          JobProgress.settled(now),
          () ->
              Standstill.ofService(
                  services.serviceOf(now),
                  now.path("note").asText(),
                  now.path("state").asText().equals("running"),
                  services.command("dlq jobs ls")));
      Thread.sleep(LOOK);
    }
  }

  private static void tellTheEnd(Services services, JobProgress progress) {
    var job = progress.job();
    if (job.hasNonNull("note")) {
      System.out.println(job.path("note").asText());
    }
    if (job.path("state").asText().equals("paused")) {
      System.out.printf(
          "`%s` lets the job go on.%n",
          services.command("dlq jobs resume " + job.path("job").asText()));
    }
    var listed = 0;
    for (var item : job.path("notApplied")) {
      if (listed++ == LISTED_MAX) {
        System.out.printf(
            "… `%s` lists up to 1000.%n",
            services.command("dlq jobs show " + job.path("job").asText()));
        break;
      }
      System.out.println(describe(item));
    }
  }

  /** A letter that failed or was skipped, as a line. */
  static String describe(JsonNode item) {
    return "%s  %-7s  %s"
        .formatted(
            item.path("id").asText(), item.path("state").asText(), item.path("note").asText());
  }
}
