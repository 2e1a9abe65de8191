package onceward.cli.subscription;

import picocli.CommandLine.Command;

/** {@code onceward messaging}: the subscriptions of the services. */
@Command(
    name = "messaging",
    description = "Shows how consumers stand, and lets those continue that are stopped.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {StatusCommand.class, AcceptCommand.class, ResumeCommand.class})
public final class MessagingCommand {}
