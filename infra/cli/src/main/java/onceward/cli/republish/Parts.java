package onceward.cli.republish;

import java.util.Optional;
import onceward.ledger.verify.Shortage;

/** More messages than one request takes, brought back by one request after the other. Pure. */
final class Parts {

  private Parts() {}

  /** Makes plans. */
  @FunctionalInterface
  interface Planning {
    Shortage plan() throws InterruptedException;
  }

  /** Carries out a request; the exit code, which is 0 when every message is published. */
  @FunctionalInterface
  interface Carrying {
    int carryOut(Shortage plan) throws InterruptedException;
  }

  /**
   * Why such a plan is not carried out; empty if one request takes all, or the operator takes
   * parts.
   */
  static Optional<String> objection(Shortage plan, boolean inParts) {
    return plan.beyond() == 0 || inParts
        ? Optional.empty()
        : Optional.of(
            "%,d messages are missing, and one request takes %,d. What the pipeline captures comes between two requests, so later versions of a key may come before its earlier ones; consumers that check versions park such a key until then. Give --in-parts to have it so, or choose fewer messages: --topic, --aggregate, --since, --until, or --consumer"
                .formatted(plan.total(), plan.messages().size()));
  }

  /**
   * Carries out a plan, and plans again while messages remained. Ends at the first request that
   * does not publish all of its messages, as those would be planned again for ever.
   */
  static int run(Shortage first, Planning planning, Carrying carrying) throws InterruptedException {
    var plan = first;
    var exit = carrying.carryOut(plan);
    while (exit == 0 && plan.beyond() > 0) {
      plan = planning.plan();
      exit = plan.messages().isEmpty() ? 0 : carrying.carryOut(plan);
    }
    return exit;
  }
}
