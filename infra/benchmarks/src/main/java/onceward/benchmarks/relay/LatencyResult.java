package onceward.benchmarks.relay;

import onceward.benchmarks.relay.Completeness.Verdict;

/**
 * What a round of constant load found.
 *
 * @param fromCommit from the return of the commit to the return of the poll
 * @param fromDue from when the row was due to the return of the poll
 * @param toCommit from when the row was due to the return of the commit
 * @param beforeCommit messages that had come before their commit returned
 * @param relay what the relay took
 */
record LatencyResult(
    Latency fromCommit,
    Latency fromDue,
    Latency toCommit,
    long beforeCommit,
    Relay relay,
    Verdict verdict)
    implements Round {

  /**
   * Processor seconds per second before, during and after the load, and memory in MiB.
   *
   * @param cpuPerThousand processor seconds per 1000 messages of the load
   */
  record Relay(
      double idleBefore,
      double cpuShare,
      double cpuPerThousand,
      double idleAfter,
      double residentMb,
      double residentPeakMb) {}

  static LatencyResult of(
      Schedule schedule, Writers load, Arrivals arrivals, Relay relay, Verdict verdict) {
    var result = new LatencyResult(new Latency(), new Latency(), new Latency(), 0, relay, verdict);
    var early = 0L;
    for (var row = schedule.firstMeasured(); row < schedule.rows(); row++) {
      result.toCommit.add(load.committed(row) - load.due(row));
      if (arrivals.has(row)) {
        result.fromCommit.add(arrivals.at(row) - load.committed(row));
        result.fromDue.add(arrivals.at(row) - load.due(row));
        early += arrivals.at(row) < load.committed(row) ? 1 : 0;
      }
    }
    return new LatencyResult(
        result.fromCommit, result.fromDue, result.toCommit, early, relay, verdict);
  }
}
