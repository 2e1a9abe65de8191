package onceward.benchmarks.signup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import onceward.benchmarks.CommandRun;
import onceward.benchmarks.Figures;
import onceward.benchmarks.Positive;
import onceward.benchmarks.WholeSystem;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Method: {@code infra/onceward demo} signs people up on a whole system that has just started. The
 * first run of a turn meets programs that are not compiled yet, the next one those that are.
 */
@Command(
    name = "signup",
    description =
        "Measures how many people sign up in a second, on a system that has just started, and again once it is warm.",
    mixinStandardHelpOptions = true)
public final class SignUpBenchmark implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> PROGRAMS =
      List.of("gateway", "auth-service", "user-service", "outbox-relay");

  @Option(
      names = "--people",
      defaultValue = "1000",
      converter = Positive.class,
      description = "People who sign up in each run (default: ${DEFAULT-VALUE}).")
  private int people;

  @Option(
      names = "--concurrency",
      converter = Positive.class,
      description =
          "How many sign up at the same time (default: what the demo does, four for each processor).")
  private @Nullable Integer concurrency;

  @Option(
      names = "--turns",
      defaultValue = "1",
      converter = Positive.class,
      description = "Systems that are started one after the other (default: ${DEFAULT-VALUE}).")
  private int turns;

  @Option(
      names = "--runs",
      defaultValue = "2",
      converter = Positive.class,
      description =
          "Runs of the demo on each system, of which the first is the cold one (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Mixin private final Figures figures = new Figures();

  @Override
  public Integer call() throws IOException, InterruptedException {
    var entries = new ArrayList<Map<String, Object>>();
    var holds = true;
    for (var turn = 1; turn <= turns; turn++) {
      try (var system = WholeSystem.start(settings -> settings)) {
        for (var run = 0; run < runs; run++) {
          var entry = run(system, "%s, turn %d".formatted(run == 0 ? "cold" : "warm", turn));
          System.err.println(entry);
          entries.add(entry);
          holds &= Boolean.TRUE.equals(entry.get("everythingAgrees"));
        }
      }
    }
    figures.add("people", people).addAll("runs", entries).print("signup");
    return holds ? 0 : 1;
  }

  private Map<String, Object> run(WholeSystem system, String name)
      throws IOException, InterruptedException {
    var before = processorSeconds(system);
    var run = CommandRun.of(demo(system));
    var after = processorSeconds(system);
    if (run.output().isBlank()) {
      throw new IllegalStateException("the demo ended with %d".formatted(run.exitCode()));
    }
    var report = JSON.readTree(run.output());
    var seconds = report.path("seconds").asDouble();
    var entry = new LinkedHashMap<String, Object>();
    entry.put("name", name);
    entry.put("signUpsPerSecond", tenths(people / seconds));
    entry.put("answeredP50Ms", ms(report, "post", "p50Ms"));
    entry.put("answeredP95Ms", ms(report, "post", "p95Ms"));
    entry.put("answeredMaxMs", ms(report, "post", "maxMs"));
    entry.put("thenActiveP50Ms", ms(report, "active", "p50Ms"));
    entry.put("thenActiveP99Ms", ms(report, "active", "p99Ms"));
    entry.put("concurrency", report.path("concurrency").asInt());
    after.forEach((program, cpu) ->
        entry.put(program + " CPU s", tenths(cpu - before.getOrDefault(program, 0.0))));
    entry.put("demo CPU s", tenths(run.cpuSeconds()));
    entry.put("everythingAgrees", report.path("holds").asBoolean());
    return entry;
  }

  private List<String> demo(WholeSystem system) {
    var arguments =
        new ArrayList<>(
            List.of(
                "demo",
                "--json",
                "--people",
                String.valueOf(people),
                "--home",
                system.home().toString()));
    if (concurrency != null) {
      arguments.addAll(List.of("--concurrency", String.valueOf(concurrency)));
    }
    return arguments;
  }

  private static Map<String, Double> processorSeconds(WholeSystem system) {
    var seconds = new LinkedHashMap<String, Double>();
    PROGRAMS.forEach(program -> seconds.put(program, system.processorSeconds(program)));
    return seconds;
  }

  private static double ms(JsonNode report, String what, String percentile) {
    return tenths(report.path(what).path(percentile).asDouble());
  }

  private static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
