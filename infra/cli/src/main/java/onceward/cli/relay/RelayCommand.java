package onceward.cli.relay;

import picocli.CommandLine.Command;

/** {@code onceward relay}: the pipelines from the databases to Kafka. */
@Command(
    name = "relay",
    description = "Shows the relay's pipelines, pauses and resumes them, and quarantines messages.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      PipelinesCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      AcceptCommand.class,
      MoveCommand.class,
      QuarantineCommand.class,
      ParkedCommand.class,
      RetryCommand.class,
      DiscardCommand.class
    })
public final class RelayCommand {}
