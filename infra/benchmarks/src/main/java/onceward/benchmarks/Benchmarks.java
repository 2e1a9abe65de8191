package onceward.benchmarks;

import onceward.benchmarks.append.AppendBenchmark;
import onceward.benchmarks.chart.ChartCommand;
import onceward.benchmarks.claim.ClaimBenchmark;
import onceward.benchmarks.door.GatewayBenchmark;
import onceward.benchmarks.inbox.InboxBenchmark;
import onceward.benchmarks.rebuild.RebuildBenchmark;
import onceward.benchmarks.relay.LatencyBenchmark;
import onceward.benchmarks.relay.PipelinesBenchmark;
import onceward.benchmarks.relay.RelayBenchmark;
import onceward.benchmarks.signup.SignUpBenchmark;
import onceward.benchmarks.verify.VerifyBenchmark;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs the benchmark named on the command line. */
@Command(
    name = "infra/onceward bench",
    description = "Measures on this machine, with PostgreSQL and Kafka of its own.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "BENCHMARK",
    subcommands = {
      AppendBenchmark.class,
      ChartCommand.class,
      ClaimBenchmark.class,
      GatewayBenchmark.class,
      InboxBenchmark.class,
      LatencyBenchmark.class,
      PipelinesBenchmark.class,
      RebuildBenchmark.class,
      RelayBenchmark.class,
      SignUpBenchmark.class,
      VerifyBenchmark.class
    })
public final class Benchmarks {

  private Benchmarks() {}

  /**
   * Ends with 0 when the benchmark ran, 1 when it failed or what it checks does not hold, and 2 for
   * arguments it does not know.
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Benchmarks()).execute(arguments));
  }
}
