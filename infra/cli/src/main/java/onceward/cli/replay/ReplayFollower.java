package onceward.cli.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import onceward.cli.program.Standstill;
import onceward.cli.program.StatusLine;
import onceward.cli.replay.ReplayServices.Known;

/** Follows a replay until it is over. Ending the command does not end the replay. */
final class ReplayFollower {

  private static final Duration LOOK = Duration.ofSeconds(1);

  private ReplayFollower() {}

  /**
   * The replay when nothing happens any more unless an operator asks for it. Says why nothing moves
   * meanwhile.
   *
   * @param command completes a command, so that it asks the same services
   */
  static Known awaitEnd(UnaryOperator<String> command, Known first) throws InterruptedException {
    var begun = Instant.now();
    var doneAtFirst = ReplayText.done(first.replay());
    var standstill = new Standstill();
    var known = first.now();
    while (!ReplayText.isOver(known.replay())) {
      StatusLine.show(ReplayText.progress(known.replay(), doneAtFirst, since(begun)), false);
      var seen = known;
      standstill.watch(ReplayText.done(seen.replay()), () -> whyStill(command, seen));
      Thread.sleep(LOOK);
      known = known.now();
    }
    StatusLine.show(ReplayText.progress(known.replay(), doneAtFirst, since(begun)), true);
    return known;
  }

  private static Optional<String> whyStill(UnaryOperator<String> command, Known known)
      throws InterruptedException {
    return Standstill.ofService(
        known.service(),
        known.replay().path("trouble").asText(),
        ReplayText.isTaken(known.replay()),
        command.apply("replay ls"));
  }

  private static Duration since(Instant begun) {
    return Duration.between(begun, Instant.now());
  }

  /** Follows, and tells the end. Exit code 0 when all that was planned has been handled. */
  static int follow(ReplayServices services, Known first, boolean json)
      throws InterruptedException {
    var ended = awaitEnd(services::command, first);
    if (json) {
      System.out.println(ended.json());
    } else {
      System.out.print(ReplayText.describe(ended.replay()) + ReplayText.failures(ended.replay()));
      if (ended.state().equals("paused")) {
        System.out.printf("`%s` lets it go on.%n", services.command("replay resume " + ended.id()));
      }
    }
    System.out.flush();
    return ReplayText.isComplete(ended.replay()) || ended.state().equals("planned") ? 0 : 1;
  }
}
