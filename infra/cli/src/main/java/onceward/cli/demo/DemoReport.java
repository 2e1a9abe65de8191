package onceward.cli.demo;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the demo found; its field names are those of the JSON form. */
record DemoReport(
    long seed,
    int people,
    int concurrency,
    double seconds,
    Map<Outcome, Count> outcomes,
    Percentiles post,
    Percentiles active,
    List<Agreement> agreements,
    List<String> errors,
    boolean holds) {

  private static final int ERRORS_MAX = 5;
  private static final double NANOS = 1e9;

  /** How often something happened, and how often it had to. */
  record Count(int found, int expected) {

    private String line(Outcome outcome) {
      return "  %-6s %-32s %6d of %d expected%n"
          .formatted(found == expected ? "ok" : "WRONG", outcome.text(), found, expected);
    }
  }

  static DemoReport of(
      long seed,
      int concurrency,
      Duration took,
      Crowd crowd,
      List<SignUpResult> results,
      List<Agreement> agreements) {
    Map<Outcome, Count> outcomes = outcomes(crowd, results);
    return new DemoReport(
        seed,
        results.size(),
        concurrency,
        took.toNanos() / NANOS,
        outcomes,
        Percentiles.of(results.stream().map(SignUpResult::post).toList()),
        Percentiles.of(timesToActive(results)),
        agreements,
        errors(results),
        outcomes.values().stream().allMatch(count -> count.found() == count.expected())
            && agreements.stream().allMatch(Agreement::holds));
  }

  static long active(List<SignUpResult> results) {
    return results.stream().filter(result -> result.outcome() == Outcome.ACTIVE).count();
  }

  String text() {
    return "Outcomes of %d sign-ups, %d at a time, in %.1f s:%n"
            .formatted(people, concurrency, seconds)
        + outcomes.entrySet().stream()
            .map(entry -> entry.getValue().line(entry.getKey()))
            .collect(Collectors.joining())
        + errors.stream().map("         %s%n"::formatted).collect(Collectors.joining())
        + "%nSign-up answered:   %s%nThen until ACTIVE:  %s%n%n"
            .formatted(post.text(), active.text())
        + "Databases and topics:\n"
        + agreements.stream().map(Agreement::line).collect(Collectors.joining("\n"))
        + (holds
            ? "\n\nEverything agrees.\n"
            : "\n\nNOT everything agrees; see the lines marked WRONG.\n");
  }

  private static Map<Outcome, Count> outcomes(Crowd crowd, List<SignUpResult> results) {
    Map<Outcome, Long> found =
        results.stream()
            .collect(Collectors.groupingBy(SignUpResult::outcome, Collectors.counting()));
    return Arrays.stream(Outcome.values())
        .collect(
            Collectors.toMap(
                Function.identity(),
                outcome ->
                    new Count(
                        found.getOrDefault(outcome, 0L).intValue(),
                        crowd.expected().getOrDefault(outcome, 0)),
                (one, other) -> one,
                TreeMap::new));
  }

  private static List<Duration> timesToActive(List<SignUpResult> results) {
    return results.stream()
        .filter(result -> result.outcome() == Outcome.ACTIVE)
        .map(SignUpResult::settled)
        .flatMap(Optional::stream)
        .toList();
  }

  private static List<String> errors(List<SignUpResult> results) {
    return results.stream()
        .map(SignUpResult::detail)
        .flatMap(Optional::stream)
        .distinct()
        .limit(ERRORS_MAX)
        .toList();
  }
}
