package onceward.cli.republish;

import picocli.CommandLine.Command;

/** {@code onceward republish}: from the outbox to the topic once more. */
@Command(
    name = "republish",
    description = {
      "Brings back from an outbox what its topics lack: after a lost slot, or a topic that was deleted.",
      "The relay publishes the messages itself, with their ids, and in order for each aggregate."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      PlanCommand.class,
      RunCommand.class,
      ListCommand.class,
      ShowCommand.class,
      FollowCommand.class,
      ChangeCommands.Pause.class,
      ChangeCommands.Resume.class,
      ChangeCommands.Cancel.class
    })
public final class RepublishCommand {}
