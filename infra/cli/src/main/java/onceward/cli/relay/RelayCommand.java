package onceward.cli.relay;

import picocli.CommandLine.Command;

/** {@code onceward relay}: the pipelines from the databases to Kafka. */
@Command(
    name = "relay",
    description =
        "Shows how the relay's pipelines stand, has them pause and go on, and sets messages aside.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      PipelinesCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      AcceptCommand.class,
      QuarantineCommand.class,
      ParkedCommand.class,
      RetryCommand.class,
      DiscardCommand.class
    })
public final class RelayCommand {}
