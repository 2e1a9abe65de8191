package onceward.benchmarks.relay;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import onceward.benchmarks.Figures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Method: rows are appended at a constant rate, each in a transaction of its own, and a consumer in
 * this JVM, so with the same clock, notes when each message comes. Time runs from the return of the
 * commit, and from when the row was due: the latter also counts what waited for a slow commit.
 */
@Command(
    name = "latency",
    description = "Measures the time from a commit through the relay to a consumer.",
    mixinStandardHelpOptions = true)
public final class LatencyBenchmark implements Callable<Integer> {

  private static final int KEYS = 1_000;

  @Option(
      names = "--rate",
      defaultValue = "400",
      converter = Positive.class,
      description = "Rows per second.")
  private int rate;

  @Option(
      names = "--warm-up",
      defaultValue = "20",
      converter = Positive.class,
      description = "Seconds of load before the measurement.")
  private int warmUp;

  @Option(
      names = "--duration",
      defaultValue = "60",
      converter = Positive.class,
      description = "Seconds of load that are measured.")
  private int duration;

  @Option(
      names = "--writers",
      defaultValue = "8",
      converter = Positive.class,
      description = "Connections that append rows.")
  private int writers;

  @Option(
      names = "--idle",
      defaultValue = "10",
      converter = Positive.class,
      description = "Seconds without load, before and after, in which the relay is measured.")
  private int idle;

  @Mixin private final RelayOptions options = new RelayOptions();
  @Mixin private final Figures figures = new Figures();

  @Override
  public Integer call() {
    var schedule = new Schedule(rate, warmUp, duration);
    var payloads = new Payloads(options.payloadBytes());
    try (var home = RelayHome.create(options)) {
      var rounds =
          options.repeat((number, capture) -> {
            var rows = new Rows("latency-" + number, KEYS);
            return new LatencyRound(
                    home, capture, rows, schedule, writers, payloads, Duration.ofSeconds(idle))
                .run("latency_" + number);
          });
      print(rounds);
      return rounds.values().stream().allMatch(each -> each.verdict().holds()) ? 0 : 1;
    }
  }

  private void print(Map<String, Rounds<LatencyResult>> all) {
    options.addTo(figures);
    figures
        .add("rows/s wanted", rate)
        .add("warm-up s", warmUp)
        .add("measured s", duration)
        .add("writers", writers)
        .add("keys", KEYS);
    all.forEach((capture, rounds) -> {
      latencies(options.prefix(capture), rounds);
      relay(options.prefix(capture), rounds);
      rounds.verdict().addTo(figures, options.prefix(capture));
    });
    figures.print("latency");
  }

  private void latencies(String prefix, Rounds<LatencyResult> rounds) {
    var fromCommit = together(rounds, LatencyResult::fromCommit);
    figures.add(prefix + "messages measured", fromCommit.count());
    fromCommit.addTo(figures, prefix + "commit to consumer");
    together(rounds, LatencyResult::fromDue).addTo(figures, prefix + "due to consumer");
    together(rounds, LatencyResult::toCommit).addTo(figures, prefix + "due to commit");
    figures
        .add(
            prefix + "commit to consumer p50 ms, each round",
            rounds.each(one -> one.fromCommit().ms(50)))
        .add(
            prefix + "commit to consumer p99 ms, each round",
            rounds.each(one -> one.fromCommit().ms(99)))
        .add(
            prefix + "came before commit returned",
            rounds.all().stream().mapToLong(LatencyResult::beforeCommit).sum());
  }

  private void relay(String prefix, Rounds<LatencyResult> rounds) {
    figures
        .add(prefix + "messages/s", rounds.median(LatencyResult::messagesPerSecond))
        .add(prefix + "relay CPU s/s", rounds.median(one -> one.relay().loaded().cpuShare()))
        .add(prefix + "relay CPU s per 1000 messages", rounds.median(LatencyResult::cpuPerThousand))
        .add(prefix + "relay idle CPU s/s", rounds.median(one -> one.relay().before().cpuShare()))
        .add(
            prefix + "relay idle CPU s/s, after the load",
            rounds.median(one -> one.relay().after().cpuShare()))
        .add(prefix + "relay RSS MiB", rounds.median(one -> one.relay().residentMb()))
        .add(prefix + "relay RSS peak MiB", rounds.max(one -> one.relay().residentPeakMb()));
  }

  private static Latency together(
      Rounds<LatencyResult> rounds, Function<LatencyResult, Latency> part) {
    var all = new Latency();
    rounds.all().forEach(round -> all.add(part.apply(round)));
    return all;
  }
}
