package onceward.cli.subscription;

import picocli.CommandLine.Command;

/** {@code onceward messaging}: the subscriptions of the services. */
@Command(
    name = "messaging",
    description = "Lets consumers continue that stopped because records are gone from Kafka.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {AcceptCommand.class})
public final class MessagingCommand {}
