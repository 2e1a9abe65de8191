package onceward.cli.saga;

import picocli.CommandLine.Command;

/** {@code onceward saga}: what operators ask of sagas. */
@Command(
    name = "saga",
    description = "Lists sagas, such as sign-ups that have not ended.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    subcommands = ListCommand.class)
public final class SagaCommand {}
