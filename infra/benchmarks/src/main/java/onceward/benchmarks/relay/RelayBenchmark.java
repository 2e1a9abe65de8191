package onceward.benchmarks.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import onceward.benchmarks.Figures;
import onceward.benchmarks.Positive;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Method: rows are appended while no relay runs; then one is started, and a consumer in this JVM
 * reads the topic until it has them all. Each turn has a database, a topic and a process of its
 * own.
 */
@Command(
    name = "relay",
    description =
        "Measures the rows per second of a relay that publishes a backlog, and of its peers.",
    mixinStandardHelpOptions = true)
public final class RelayBenchmark implements Callable<Integer> {

  private static final int KEYS = 10_000;
  private static final long BYTES_IN_MIB = 1024 * 1024;

  @Option(
      names = "--rows",
      defaultValue = "200000",
      converter = Positive.class,
      description = "Rows in the backlog (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--backlog-max-mib",
      defaultValue = "1024",
      converter = Positive.class,
      description =
          "The payloads of a backlog together; it has fewer rows if they are large (default: ${DEFAULT-VALUE}).")
  private int backlogMaxMb;

  @Option(
      names = "--rows-per-transaction",
      split = ",",
      defaultValue = "500",
      converter = Positive.class,
      description =
          "Rows appended in one transaction (default: ${DEFAULT-VALUE}); several, separated by commas.")
  private List<Integer> rowsPerTransaction = List.of();

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
        for (var perTransaction : rowsPerTransaction) {
          holds &= measure(home, turns, new Workload(bytes, perTransaction, rows(bytes)), entries);
        }
      }
    }
    options.addTo(figures);
    figures.add("keys", KEYS).addAll("relays", entries.stream().map(Entry::figures).toList());
    figures.print("relay");
    return holds ? 0 : 1;
  }

  private int rows(int payloadBytes) {
    return (int) Math.max(1, Math.min(rows, backlogMaxMb * BYTES_IN_MIB / payloadBytes));
  }

  private record Workload(int payloadBytes, int rowsPerTransaction, int rows) {

    @Override
    public String toString() {
      return "%,d rows of %,d B, %,d a transaction"
          .formatted(rows, payloadBytes, rowsPerTransaction);
    }
  }

  private boolean measure(RelayHome home, Turns turns, Workload load, List<Entry> entries) {
    var payloads = new Payloads(load.payloadBytes());
    var done =
        turns.take(
            load.toString(),
            relay -> {
              databases++;
              var all = new Rows("drain-" + databases, KEYS);
              var backlog = new Backlog(all, load.rows(), load.rowsPerTransaction(), payloads);
              return told(new BacklogTurn(home, relay, backlog).run("drain_" + databases));
            });
    var holds = true;
    for (var each : done.entrySet()) {
      var outcomes = new Outcomes<>(each.getValue());
      entries.add(entry(each.getKey().name(), load, outcomes));
      holds &= outcomes.refusal().isEmpty();
    }
    return holds;
  }

  private static BacklogTurn.Result told(BacklogTurn.Result result) {
    System.err.printf(
        "  %,.0f rows/s, %.0f s of CPU per million, at most %.0f MiB%n",
        result.rowsPerSecond(), result.cpuPerMillion(), result.residentPeakMb());
    result.check().faults().forEach(fault -> System.err.println("  refused: " + fault));
    return result;
  }

  private static Entry entry(String name, Workload load, Outcomes<BacklogTurn.Result> turns) {
    var entry =
        Entry.of(name)
            .add("payloadBytes", load.payloadBytes())
            .add("rowsPerTransaction", load.rowsPerTransaction())
            .add("rows", load.rows());
    var refusal = turns.refusal();
    if (refusal.isPresent()) {
      return entry.add("refused", refusal.get());
    }
    return entry
        .add("rowsPerSecond", turns.median(BacklogTurn.Result::rowsPerSecond))
        .add("rowsPerSecondEachTurn", turns.each(BacklogTurn.Result::rowsPerSecond))
        .add("rowsPerSecondSecondHalf", turns.median(BacklogTurn.Result::rowsPerSecondWarm))
        .add("rowsPerSecondFromStart", turns.median(BacklogTurn.Result::rowsPerSecondFromStart))
        .add("startToFirstSeconds", turns.median(BacklogTurn.Result::firstSeconds))
        .add("cpuSeconds", turns.median(BacklogTurn.Result::cpuSeconds))
        .add("cpuSecondsPerMillion", turns.median(BacklogTurn.Result::cpuPerMillion))
        .add("maxRssMiB", turns.max(BacklogTurn.Result::residentPeakMb));
  }
}
