package onceward.benchmarks.relay;

import java.util.Map;
import java.util.concurrent.Callable;
import onceward.benchmarks.Figures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Method: rows are appended while no relay runs; then one is started, and a consumer in this JVM
 * reads the topic until it has them all. Each round has a database, a topic and a relay of its own.
 */
@Command(
    name = "relay",
    description = "Measures the rows per second of a relay that publishes a backlog.",
    mixinStandardHelpOptions = true)
public final class RelayBenchmark implements Callable<Integer> {

  private static final int KEYS = 10_000;

  @Option(
      names = "--rows",
      defaultValue = "200000",
      converter = Positive.class,
      description = "Rows in the backlog.")
  private int rows;

  @Option(
      names = "--per-transaction",
      defaultValue = "500",
      converter = Positive.class,
      description = "Rows appended in one transaction.")
  private int perTransaction;

  @Mixin private final RelayOptions options = new RelayOptions();
  @Mixin private final Figures figures = new Figures();

  @Override
  public Integer call() {
    var payloads = new Payloads(options.payloadBytes());
    try (var home = RelayHome.create(options)) {
      var rounds =
          options.repeat((number, capture) -> {
            var all = new Rows("drain-" + number, KEYS);
            return new BacklogRound(home, capture, new Backlog(all, rows, perTransaction, payloads))
                .run("drain_" + number);
          });
      print(rounds);
      return rounds.values().stream().allMatch(each -> each.verdict().holds()) ? 0 : 1;
    }
  }

  private void print(Map<String, Rounds<BacklogRound.Result>> all) {
    options.addTo(figures);
    figures.add("rows", rows).add("rows per transaction", perTransaction).add("keys", KEYS);
    all.forEach((capture, rounds) -> add(options.prefix(capture), rounds));
    figures.print("relay");
  }

  private void add(String prefix, Rounds<BacklogRound.Result> rounds) {
    figures
        .add(prefix + "rows/s", rounds.median(BacklogRound.Result::rowsPerSecond))
        .add(prefix + "rows/s, each round", rounds.each(BacklogRound.Result::rowsPerSecond))
        .add(prefix + "rows/s, second half", rounds.median(BacklogRound.Result::rowsPerSecondWarm))
        .add(
            prefix + "rows/s from process start",
            rounds.median(BacklogRound.Result::rowsPerSecondFromStart))
        .add(
            prefix + "process start to first message s",
            rounds.median(BacklogRound.Result::firstSeconds))
        .add(prefix + "relay CPU s", rounds.median(BacklogRound.Result::cpuSeconds))
        .add(
            prefix + "relay CPU s per million rows",
            rounds.median(BacklogRound.Result::cpuPerMillion))
        .add(prefix + "relay RSS peak MiB", rounds.max(BacklogRound.Result::residentPeakMb));
    rounds.verdict().addTo(figures, prefix);
  }
}
