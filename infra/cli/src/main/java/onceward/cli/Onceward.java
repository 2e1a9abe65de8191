package onceward.cli;

import onceward.cli.deadletter.DlqCommand;
import onceward.cli.demo.DemoCommand;
import onceward.cli.ledger.ServeCommand;
import onceward.cli.ledger.TraceCommand;
import onceward.cli.ledger.VerifyCommand;
import onceward.cli.relay.RelayCommand;
import onceward.cli.replay.ReplayCommand;
import onceward.cli.republish.RepublishCommand;
import onceward.cli.saga.SagaCommand;
import onceward.cli.stack.DownCommand;
import onceward.cli.stack.StatusCommand;
import onceward.cli.stack.UpCommand;
import onceward.cli.subscription.MessagingCommand;
import onceward.cli.topic.TopicCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The entry of the command line: what {@code infra/onceward} runs. */
@Command(
    name = "onceward",
    description = "Runs and examines the whole system on this machine.",
    mixinStandardHelpOptions = true,
    version = "onceward 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "infra/onceward help COMMAND lists the options of a command.",
      "infra/onceward bench BENCHMARK measures on this machine: append, claim, gateway, inbox, latency, pipelines, rebuild, relay, signup, verify.",
      "Exit codes: 0 success, 1 the thing checked does not hold, 2 wrong usage, 3 a needed program or server does not answer,",
      "4 nothing is known to be missing, but a pipeline or a consumer stands still (verify)."
    },
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      DemoCommand.class,
      VerifyCommand.class,
      TraceCommand.class,
      ServeCommand.class,
      DlqCommand.class,
      MessagingCommand.class,
      RelayCommand.class,
      ReplayCommand.class,
      RepublishCommand.class,
      SagaCommand.class,
      TopicCommand.class,
      HelpCommand.class
    })
public final class Onceward {

  private Onceward() {}

  /** Ends the JVM with 0 success, 1 does not hold, 2 usage, 3 does not answer. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    Failures failures = new Failures();
    return Numbers.register(new CommandLine(new Onceward()))
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures);
  }
}
