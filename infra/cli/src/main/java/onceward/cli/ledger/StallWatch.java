package onceward.cli.ledger;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import onceward.cli.program.ProgramClient;
import onceward.ledger.verify.Stall;
import onceward.localstack.Commands;
import onceward.localstack.process.StackException;

/** Asks the programs of a local stack what stands still. */
final class StallWatch {

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

  /** A consumer that has just joined, or a pipeline that has just begun, is well by then. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration LOOK = Duration.ofMillis(500);

  private StallWatch() {}

  /** What stands still in the stack of that home, and still does after a few seconds. */
  static List<Stall> of(Path home) throws InterruptedException {
    var end = System.nanoTime() + PATIENCE.toNanos();
    var stalls = look(home);
    while (!stalls.stream().allMatch(Stall::isLasting) && System.nanoTime() - end < 0) {
      Thread.sleep(LOOK);
      stalls = look(home);
    }
    return stalls;
  }

  private static List<Stall> look(Path home) throws InterruptedException {
    var commands = Commands.of(home);
    var stalls = new ArrayList<Stall>();
    try {
      stalls.addAll(
          Stalls.ofPipelines(client(home, "outbox-relay").read("/relay"), commands::complete));
    } catch (StackException silent) {
      stalls.add(Stalls.ofSilent("outbox-relay", String.valueOf(silent.getMessage())));
    }
    for (var service : List.of("auth-service", "user-service")) {
      try {
        stalls.addAll(
            Stalls.ofSubscriptions(
                client(home, service).read("/messaging"), commands.of("messaging status")));
      } catch (StackException silent) {
        stalls.add(Stalls.ofSilent(service, String.valueOf(silent.getMessage())));
      }
    }
    return stalls;
  }

  private static ProgramClient client(Path home, String program) {
    return ProgramClient.of(home, program, ANSWER_LIMIT);
  }
}
