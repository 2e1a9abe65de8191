package onceward.cli.deadletter;

import picocli.CommandLine.Command;

/** {@code onceward dlq}: the dead letters of the services. */
@Command(
    name = "dlq",
    description = "Shows the dead letters of the services by cause, and retries or discards them.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      GroupsCommand.class,
      ListCommand.class,
      ShowCommand.class,
      RetryCommand.class,
      DiscardCommand.class,
      ArchiveCommand.class,
      RestoreCommand.class,
      JobsCommand.class,
      AuditCommand.class
    })
public final class DlqCommand {}
