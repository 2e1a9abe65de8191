package onceward.cli.replay;

import picocli.CommandLine.Command;

/** {@code onceward replay}: a topic once more for one consumer. */
@Command(
    name = "replay",
    description = {
      "Lets one consumer handle records of its topic once more, beside the live consumer.",
      "A replay is planned first: the service counts what would happen, and changes nothing."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      PlanCommand.class,
      RunCommand.class,
      RestoreCommand.class,
      ListCommand.class,
      ShowCommand.class,
      FollowCommand.class,
      ChangeCommands.Pause.class,
      ChangeCommands.Resume.class,
      ChangeCommands.Cancel.class
    })
public final class ReplayCommand {}
