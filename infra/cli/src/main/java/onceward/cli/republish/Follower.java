package onceward.cli.republish;

import java.time.Duration;
import java.time.Instant;
import onceward.cli.program.Standstill;
import onceward.cli.program.StatusLine;
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
          ended.requests().complete(RepublishText.describe(ended.request()))
              + RepublishText.unpublished(ended.request()));
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
    var standstill = new Standstill();
    while (!RepublishText.isOver(known.request())) {
      StatusLine.show(line(known, doneAtFirst, begun), false);
      standstill.tell(RepublishText.standstill(known.request()).map(first.requests()::complete));
      Thread.sleep(LOOK);
      known = known.now();
    }
    StatusLine.show(line(known, doneAtFirst, begun), true);
    return known;
  }

  private static String line(Known known, long doneAtFirst, Instant begun) {
    return RepublishText.progress(
        known.request(), doneAtFirst, Duration.between(begun, Instant.now()));
  }
}
