package onceward.cli.republish;

import java.io.Console;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import onceward.cli.republish.Requests.Known;

/** Follows a request until it is over. Ending the command does not end the request. */
final class Follower {

  private static final Duration LOOK = Duration.ofSeconds(1);

  private Follower() {}

  /** Follows, and tells the end. Exit code 0 when every message is published. */
  static int follow(Known first, boolean json) throws InterruptedException {
    var ended = awaitEnd(first);
    if (json) {
      System.out.println(ended.request());
    } else {
      System.out.print(
          RepublishText.describe(ended.request()) + RepublishText.unpublished(ended.request()));
      if (ended.state().equals("PAUSED")) {
        System.out.printf(
            "`%s` lets it go on.%n", ended.requests().command("republish resume " + ended.name()));
      }
    }
    System.out.flush();
    return RepublishText.isComplete(ended.request()) ? 0 : 1;
  }

  private static Known awaitEnd(Known first) throws InterruptedException {
    var begun = Instant.now();
    var known = first.now();
    var doneAtFirst = RepublishText.done(known.request());
    while (!RepublishText.isOver(known.request())) {
      show(line(known, doneAtFirst, begun), false);
      Thread.sleep(LOOK);
      known = known.now();
    }
    show(line(known, doneAtFirst, begun), true);
    return known;
  }

  private static String line(Known known, long doneAtFirst, Instant begun) {
    return RepublishText.progress(
        known.request(), doneAtFirst, Duration.between(begun, Instant.now()));
  }

  /** On a terminal the line replaces the one before. */
  private static void show(String line, boolean isLast) {
    if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()) {
      System.err.print("\r\033[K" + line + (isLast ? "\n" : ""));
    } else {
      System.err.println(line);
    }
    System.err.flush();
  }
}
