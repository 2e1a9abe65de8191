package onceward.relay.source;

/**
 * A server of a pipeline that takes writes although the pipeline reads from another one, such as an
 * old primary that is back. What is written there is never published. Immutable.
 *
 * @param server where the server is
 * @param timeline that the server is on
 */
public record OtherPrimary(Servers.Address server, int timeline) {

  /**
   * What is wrong, and what to do, in one sentence.
   *
   * @param chosen the server that the pipeline reads from
   * @param chosenTimeline that the chosen server is on
   */
  public String warning(Servers.Address chosen, int chosenTimeline) {
    return "%s is a primary too, on timeline %d, while the relay reads from %s, on timeline %d: what services write to %s is never published; %s (infra/docs/runbook/failover.md)"
        .formatted(
            server,
            timeline,
            chosen,
            chosenTimeline,
            server,
            timeline < chosenTimeline
                ? "it is an old primary that is back: end it for good"
                : "both were promoted: end the one that services do not use");
  }
}
