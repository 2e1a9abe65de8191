package onceward.benchmarks.relay;

import onceward.benchmarks.Latency;
import onceward.benchmarks.relay.RelayProcess.Watched;

/**
 * What a turn of constant load found.
 *
 * @param fromCommit from the return of the commit to the return of the poll
 * @param fromDue from when the row was due to the return of the poll
 * @param toCommit from when the row was due to the return of the commit
 * @param fromIdle as from the commit, of rows that came alone after a pause
 * @param beforeCommit messages that had come before their commit returned
 * @param underLoad messages that came while the relay was watched under load
 */
record LatencyResult(
    Latency fromCommit,
    Latency fromDue,
    Latency toCommit,
    Latency fromIdle,
    long beforeCommit,
    long underLoad,
    Taken taken,
    LedgerCheck check)
    implements Outcome {

  /** What the relay took before, under and after the load; memory in MiB, after the load. */
  record Taken(
      Watched before, Watched loaded, Watched after, double residentMb, double residentPeakMb) {}

  /**
   * From the moments at which things happened.
   *
   * @param lone when the rows behind those of the schedule were committed
   */
  static LatencyResult of(
      Schedule schedule,
      Writers load,
      long[] lone,
      Arrivals arrivals,
      Taken taken,
      LedgerCheck check) {
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
    var fromIdle = new Latency();
    for (var row = 0; row < lone.length; row++) {
      if (arrivals.has(schedule.rows() + row)) {
        fromIdle.add(arrivals.at(schedule.rows() + row) - lone[row]);
      }
    }
    var underLoad = arrivals.between(taken.loaded().start(), taken.loaded().end());
    return new LatencyResult(
        fromCommit, fromDue, toCommit, fromIdle, early, underLoad, taken, check);
  }

  double messagesPerSecond() {
    return underLoad / taken.loaded().seconds();
  }

  /** Processor seconds of the relay per million messages. */
  double cpuPerMillion() {
    return taken.loaded().cpuSeconds() / underLoad * 1_000_000;
  }
}
