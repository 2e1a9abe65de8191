package onceward.cli.topic;

import picocli.CommandLine.Command;

/** {@code onceward topic}: the topics that messages are published to. */
@Command(
    name = "topic",
    description = "Creates topics with the settings that messages need.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CreateCommand.class)
public final class TopicCommand {}
