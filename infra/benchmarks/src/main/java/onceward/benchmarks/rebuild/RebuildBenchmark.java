package onceward.benchmarks.rebuild;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import onceward.benchmarks.CommandRun;
import onceward.benchmarks.Figures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Method: all programs run as processes. The topic is filled by a producer, and the live consumer
 * makes the directory from it. The directory is then rebuilt by {@code infra/onceward replay run}
 * while people search at a constant rate, and compared row by row with what it was.
 */
@Command(
    name = "rebuild",
    description =
        "Measures how fast user-service's directory is made anew from its topic, and how searches do meanwhile.",
    mixinStandardHelpOptions = true)
public final class RebuildBenchmark implements Callable<Integer> {

  private static final String RATE_MAX = "100000";
  private static final long NANOS_IN_S = 1_000_000_000L;

  @Option(
      names = "--people",
      defaultValue = "1000000",
      description =
          "People in the directory, and messages in its topic (default ${DEFAULT-VALUE}).")
  private int people;

  @Option(
      names = "--searches",
      defaultValue = "10",
      description = "Searches a second (default ${DEFAULT-VALUE}).")
  private int searches;

  @Option(
      names = "--seconds-before",
      defaultValue = "30",
      description =
          "Seconds of searches before the rebuild, for comparison (default ${DEFAULT-VALUE}).")
  private int secondsBefore;

  @Mixin private final Figures figures = new Figures();

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (var stack = DirectoryStack.start()) {
      var searcher = new Searcher(stack.gateway());
      stack.fill(people);
      searcher.logIn();
      warmUp(searcher);
      var before = new SearchLoad(searcher, searches);
      LockSupport.parkNanos(secondsBefore * NANOS_IN_S);
      before.close();

      var cpu = stack.cpuSeconds();
      var during = new SearchLoad(searcher, searches);
      CommandRun run;
      try {
        run = CommandRun.of(rebuild(stack));
      } finally {
        during.close();
      }
      var differences = stack.differences();
      var rebuilt = stack.rebuilt();
      var seconds = stack.rebuildSeconds();
      figures
          .add("messages", rebuilt)
          .add("seconds", seconds)
          .add("messages/s", rebuilt / seconds)
          .add("seconds of the command, with plan and JVM", run.seconds())
          .add("CPU s of user-service", stack.cpuSeconds() - cpu)
          .add("rows that differ from before", differences)
          .addAll("searches", List.of(entry("before", before), entry("during", during)));
      figures.print("rebuild");
      return run.exitCode() == 0
              && rebuilt == people
              && differences == 0
              && before.failed() + during.failed() == 0
          ? 0
          : 1;
    }
  }

  private static List<String> rebuild(DirectoryStack stack) {
    return List.of(
        "replay",
        "run",
        "--mode",
        "rebuild",
        "--consumer",
        "user-directory",
        "--topic",
        "profile.events",
        "--rate",
        RATE_MAX,
        "--yes",
        "--home",
        stack.home().toString());
  }

  /** The first searches compile what later ones use. */
  private void warmUp(Searcher searcher) {
    for (var count = 0; count < 20 * searches; count++) {
      searcher.search();
    }
  }

  private Map<String, Object> entry(String when, SearchLoad load) {
    var entry = new LinkedHashMap<String, Object>();
    entry.put("searches", when + " the rebuild");
    entry.put("perSecond", searches);
    entry.put("answered", load.count() - load.failed());
    entry.put("failed", load.failed());
    entry.put("p50Ms", Math.round(load.percentileMs(0.5)));
    entry.put("p99Ms", Math.round(load.percentileMs(0.99)));
    entry.put("maxMs", Math.round(load.percentileMs(1)));
    return entry;
  }
}
