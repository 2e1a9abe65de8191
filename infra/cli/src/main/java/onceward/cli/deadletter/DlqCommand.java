package onceward.cli.deadletter;

import picocli.CommandLine.Command;

/** {@code onceward dlq}: the dead letters of the services. */
@Command(
    name = "dlq",
    description = "Lists the messages that could not be handled, and closes them.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ListCommand.class, ShowCommand.class, RetryCommand.class, DiscardCommand.class})
public final class DlqCommand {}
