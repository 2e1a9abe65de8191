package onceward.cli.ledger;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import onceward.cli.program.ProgramClient;
import onceward.localstack.LocalStack;
import onceward.localstack.Replacement;
import onceward.localstack.process.Condition;
import onceward.localstack.process.StackException;

/**
 * Whether the stack's PostgreSQL server is the one that its relay reads from. After a promotion it
 * is not, and a comparison with the old server reports as ghosts what only the new one has.
 */
final class ReadServer {

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

  private ReadServer() {}

  /**
   * Asks the relay, and looks at what relays have written down unless it reads from the stack's
   * server.
   *
   * @throws OtherServerException if the relay reads from a later server
   */
  static void require(LocalStack stack, Path home) {
    var own = stack.postgres().host() + ":" + stack.postgres().port();
    refusal(() -> replacement(stack), own, relayServers(home))
        .ifPresent(why -> {
          throw new OtherServerException(why);
        });
  }

  /** Empty without Kafka: nothing can be compared then, which the ledger says. */
  private static Optional<Replacement> replacement(LocalStack stack) {
    return stack.kafka().condition(ANSWER_LIMIT) == Condition.READY
        ? stack.replacement()
        : Optional.empty();
  }

  /**
   * Why the stack's server is not to be read; empty if the relay has been told to read it, whether
   * it was replaced or not: whoever restores it on purpose compares it before.
   *
   * @param replaced takes a second to tell, so it is asked last
   * @param own the stack's server, as {@code host:port}
   * @param read the servers that the relay reads from; empty if it does not answer
   */
  static Optional<String> refusal(
      Supplier<Optional<Replacement>> replaced, String own, Set<String> read) {
    if (read.equals(Set.of(own))) {
      return Optional.empty();
    }
    return replaced
        .get()
        .map(later ->
            "%s%s. Messages that only the later server has would be reported as ghosts. Write a file that names the later server, and give it with --config FILE: infra/docs/runbook/verify.md, \"Servers of your own\"."
                .formatted(
                    read.isEmpty()
                        ? ""
                        : "the relay reads from %s, and not from %s: "
                            .formatted(String.join(" and ", read), own),
                    later.sentence()));
  }

  private static Set<String> relayServers(Path home) {
    try {
      var pipelines =
          ProgramClient.of(home, "outbox-relay", ANSWER_LIMIT).read("/relay").path("pipelines");
      return StreamSupport.stream(pipelines.spliterator(), false)
          .map(pipeline -> pipeline.path("server").asText())
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (StackException silent) {
      return Set.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Set.of();
    }
  }
}
