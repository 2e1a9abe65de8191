package onceward.cli.republish;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import onceward.cli.ledger.LedgerOptions;
import onceward.cli.ledger.ProgressLine;
import onceward.cli.program.Moment;
import onceward.cli.program.RelayOption;
import onceward.ledger.Ledger;
import onceward.ledger.source.Scope;
import onceward.ledger.verify.Shortage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which messages are looked for in the outbox of which pipeline. */
final class ShortageOptions {

  /** As many as one request takes. */
  static final int MESSAGES_MAX = 1_000_000;

  private static final int WAIT_SECONDS_MAX = 3_600;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--pipeline",
      paramLabel = "NAME",
      required = true,
      description =
          "The pipeline, as `relay status` shows it; its database has the same name here and in --config.")
  private String pipeline = "";

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "Only messages of this topic; may be repeated.")
  private List<String> topics = List.of();

  @Option(
      names = "--aggregate",
      paramLabel = "ID",
      description = "Only messages about the aggregate with this id.")
  private @Nullable String aggregate;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = Moment.class,
      description = "Only messages made since then: 2h, 3d, 2026-11-28 or 2026-11-28T03:00:00Z.")
  private @Nullable Instant since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      converter = Moment.class,
      description = "Only messages made before then.")
  private @Nullable Instant until;

  @Option(
      names = "--consumer",
      paramLabel = "NAME",
      description =
          "What this consumer has neither handled nor finds in its topics any more, instead of what a topic lacks.")
  private @Nullable String consumer;

  @Option(
      names = "--include-expired",
      description = {
        "Also what Kafka may have deleted by age, or an operator from the head of a topic.",
        "Without it, messages older than the first record of their partition, or than the retention of an empty one, are only counted."
      })
  private boolean includeExpired;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description =
          "How long the relay may take to confirm what was committed when the comparison began (default ${DEFAULT-VALUE}).")
  private int waitSeconds = 10;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Reads the servers that this file names, as `verify --config` does, instead of the local stack.")
  private @Nullable Path config;

  String pipeline() {
    return pipeline;
  }

  /**
   * Compares. Changes nothing.
   *
   * @param relay whose messages they are: the local stack's servers say nothing about one elsewhere
   */
  Shortage search(RelayOption relay) throws InterruptedException {
    if (relay.isElsewhere() && config == null) {
      throw refused(
          "--url names a relay elsewhere; name the servers to compare with --config FILE (infra/docs/runbook/verify.md, \"Servers of your own\")");
    }
    var scope = scope();
    try (var progress = new ProgressLine()) {
      return new Ledger(LedgerOptions.settings(relay.home(), config))
          .shortage(pipeline, scope, MESSAGES_MAX, includeExpired, progress);
    }
  }

  private Scope scope() {
    if (waitSeconds < 0 || waitSeconds > WAIT_SECONDS_MAX) {
      throw refused("--wait is %d; allowed are 0 to %d".formatted(waitSeconds, WAIT_SECONDS_MAX));
    }
    if (since != null && until != null && !since.isBefore(until)) {
      throw refused(
          "--since is %s and --until %s: nothing is between them".formatted(since, until));
    }
    return new Scope(
        Optional.ofNullable(since),
        Optional.ofNullable(until),
        Optional.ofNullable(consumer),
        Optional.ofNullable(aggregate),
        Set.copyOf(topics),
        Duration.ofSeconds(waitSeconds),
        0);
  }

  private ParameterException refused(String why) {
    return new ParameterException(command.commandLine(), why);
  }
}
