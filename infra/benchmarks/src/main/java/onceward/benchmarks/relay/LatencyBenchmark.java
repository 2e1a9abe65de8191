package onceward.benchmarks.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import onceward.benchmarks.Figures;
import onceward.benchmarks.Latency;
import onceward.benchmarks.Positive;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Method: rows are appended at a constant rate, one or more in a transaction, and a consumer in
 * this JVM, so with the same clock, notes when each message comes. Time runs from the return of the
 * commit, and from when the row was due: the latter also counts what waited for a slow commit. Then
 * some rows come alone, after pauses.
 */
@Command(
    name = "latency",
    description =
        "Measures the time from a commit through a relay to a consumer, and that of its peers.",
    mixinStandardHelpOptions = true)
public final class LatencyBenchmark implements Callable<Integer> {

  private static final int KEYS = 1_000;

  @Option(
      names = "--rate",
      defaultValue = "400",
      converter = Positive.class,
      description = "Rows per second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--warm-up",
      defaultValue = "20",
      converter = Positive.class,
      description = "Seconds of load before the measurement (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--seconds",
      defaultValue = "60",
      converter = Positive.class,
      description = "Seconds of load that are measured (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--writers",
      defaultValue = "8",
      converter = Positive.class,
      description = "Connections that append rows (default: ${DEFAULT-VALUE}).")
  private int writers;

  @Option(
      names = "--rows-per-transaction",
      defaultValue = "1",
      converter = Positive.class,
      description =
          "Rows that a writer appends in one transaction, once the last is due (default: ${DEFAULT-VALUE}).")
  private int rowsPerTransaction;

  @Option(
      names = "--idle",
      defaultValue = "10",
      converter = Positive.class,
      description =
          "Seconds without load, before and after, in which the relay is measured (default: ${DEFAULT-VALUE}).")
  private int idle;

  @Option(
      names = "--lone-rows",
      defaultValue = "20",
      converter = Positive.class,
      description =
          "Rows that come alone, 1 to 2 s after the one before (default: ${DEFAULT-VALUE}).")
  private int loneRows;

  @Mixin private final RelayOptions options = new RelayOptions();
  @Mixin private final Figures figures = new Figures();

  private int databases;

  @Override
  public Integer call() {
    var turns = options.turns();
    var entries = new ArrayList<Entry>();
    var holds = true;
    try (var home = RelayHome.create()) {
      for (var bytes : options.payloadBytes()) {
        holds &= measure(home, turns, bytes, entries);
      }
    }
    options.addTo(figures);
    figures
        .add("rate", rate)
        .add("warmUpSeconds", warmUp)
        .add("seconds", seconds)
        .add("writers", writers)
        .add("rowsPerTransaction", rowsPerTransaction)
        .add("keys", KEYS)
        .addAll("relays", entries.stream().map(Entry::figures).toList());
    figures.print("latency");
    return holds ? 0 : 1;
  }

  private boolean measure(RelayHome home, Turns turns, int payloadBytes, List<Entry> entries) {
    var payloads = new Payloads(payloadBytes);
    var schedule = new Schedule(rate, warmUp, seconds);
    var lone = new LoneRows(loneRows, Duration.ofSeconds(1));
    var done =
        turns.take(
            "%,d rows/s of %,d B".formatted(rate, payloadBytes),
            relay -> {
              databases++;
              var rows = new Rows("latency-" + databases, KEYS);
              var turn =
                  new LatencyTurn(
                      home,
                      relay,
                      rows,
                      schedule,
                      writers,
                      rowsPerTransaction,
                      payloads,
                      Duration.ofSeconds(idle),
                      lone);
              return told(turn.run("latency_" + databases));
            });
    var holds = true;
    for (var each : done.entrySet()) {
      var outcomes = new Outcomes<>(each.getValue());
      entries.add(entry(each.getKey().name(), payloadBytes, outcomes));
      holds &= outcomes.refusal().isEmpty();
    }
    return holds;
  }

  private static LatencyResult told(LatencyResult result) {
    System.err.printf(
        "  p50 %.2f ms, p99 %.2f ms, idle to first p50 %.2f ms%n",
        result.fromCommit().ms(50), result.fromCommit().ms(99), result.fromIdle().ms(50));
    result.check().faults().forEach(fault -> System.err.println("  refused: " + fault));
    return result;
  }

  private static Entry entry(String name, int payloadBytes, Outcomes<LatencyResult> turns) {
    var entry = Entry.of(name).add("payloadBytes", payloadBytes);
    var refusal = turns.refusal();
    if (refusal.isPresent()) {
      return entry.add("refused", refusal.get());
    }
    latencies(entry, turns);
    return entry
        .add("messagesPerSecond", turns.median(LatencyResult::messagesPerSecond))
        .add("cpuShare", turns.median(turn -> turn.taken().loaded().cpuShare()))
        .add("cpuSecondsPerMillion", turns.median(LatencyResult::cpuPerMillion))
        .add("idleCpuShare", turns.median(turn -> turn.taken().before().cpuShare()))
        .add("idleCpuShareAfterLoad", turns.median(turn -> turn.taken().after().cpuShare()))
        .add("rssMiB", turns.median(turn -> turn.taken().residentMb()))
        .add("maxRssMiB", turns.max(turn -> turn.taken().residentPeakMb()));
  }

  private static void latencies(Entry entry, Outcomes<LatencyResult> turns) {
    var fromCommit = together(turns, LatencyResult::fromCommit);
    entry.add("messagesMeasured", fromCommit.count());
    add(entry, "", fromCommit);
    add(entry, "fromDue", together(turns, LatencyResult::fromDue));
    add(entry, "dueToCommit", together(turns, LatencyResult::toCommit));
    var fromIdle = together(turns, LatencyResult::fromIdle);
    entry
        .add("idleToFirstP50Ms", fromIdle.ms(50))
        .add("idleToFirstMaxMs", fromIdle.ms(100))
        .add("p50MsEachTurn", turns.each(turn -> turn.fromCommit().ms(50)))
        .add("p99MsEachTurn", turns.each(turn -> turn.fromCommit().ms(99)))
        .add(
            "cameBeforeCommitReturned",
            turns.all().stream().mapToLong(LatencyResult::beforeCommit).sum());
  }

  private static void add(Entry entry, String what, Latency latency) {
    entry
        .add(named(what, "p50Ms"), latency.ms(50))
        .add(named(what, "p99Ms"), latency.ms(99))
        .add(named(what, "p999Ms"), latency.ms(99.9))
        .add(named(what, "maxMs"), latency.ms(100));
  }

  private static String named(String what, String figure) {
    return what.isEmpty()
        ? figure
        : what + Character.toUpperCase(figure.charAt(0)) + figure.substring(1);
  }

  private static Latency together(
      Outcomes<LatencyResult> turns, Function<LatencyResult, Latency> part) {
    var all = new Latency();
    turns.all().forEach(turn -> all.add(part.apply(turn)));
    return all;
  }
}
