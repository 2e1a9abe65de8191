package onceward.cli.deadletter;

import picocli.CommandLine.Command;

/** {@code onceward dlq}: the dead letters of the services. */
@Command(
    name = "dlq",
    description = "Lists the dead letters of the services, and retries or discards them.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ListCommand.class, ShowCommand.class, RetryCommand.class, DiscardCommand.class})
public final class DlqCommand {}
