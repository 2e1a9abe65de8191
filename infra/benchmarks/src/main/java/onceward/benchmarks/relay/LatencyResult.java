package onceward.benchmarks.relay;

import onceward.benchmarks.relay.Completeness.Verdict;
import onceward.benchmarks.relay.RelayProcess.Watched;

/**
 * What a round of constant load found.
 *
 * @param fromCommit from the return of the commit to the return of the poll
 * @param fromDue from when the row was due to the return of the poll
 * @param toCommit from when the row was due to the return of the commit
 * @param beforeCommit messages that had come before their commit returned
 * @param underLoad messages that came while the relay was watched under load
 */
record LatencyResult(
    Latency fromCommit,
    Latency fromDue,
    Latency toCommit,
    long beforeCommit,
    long underLoad,
    Relay relay,
    Verdict verdict)
    implements Round {

  /** What the relay took before, under and after the load; memory in MiB, after the load. */
  record Relay(
      Watched before, Watched loaded, Watched after, double residentMb, double residentPeakMb) {}

  static LatencyResult of(
      Schedule schedule, Writers load, Arrivals arrivals, Relay relay, Verdict verdict) {
    var fromCommit = new Latency();
    var fromDue = new Latency();
    var toCommit = new Latency();
    var early = 0L;
    for (var row = schedule.firstMeasured(); row < schedule.rows(); row++) {
      toCommit.add(load.committed(row) - load.due(row));
      if (arrivals.has(row)) {
        fromCommit.add(arrivals.at(row) - load.committed(row));
        fromDue.add(arrivals.at(row) - load.due(row));
        early += arrivals.at(row) < load.committed(row) ? 1 : 0;
      }
    }
    var underLoad = arrivals.between(relay.loaded().start(), relay.loaded().end());
    return new LatencyResult(fromCommit, fromDue, toCommit, early, underLoad, relay, verdict);
  }

  double messagesPerSecond() {
    return underLoad / relay.loaded().seconds();
  }

  /** Processor seconds of the relay per 1000 messages. */
  double cpuPerThousand() {
    return relay.loaded().cpuSeconds() / underLoad * 1_000;
  }
}
