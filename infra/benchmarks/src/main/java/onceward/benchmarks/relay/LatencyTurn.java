package onceward.benchmarks.relay;

import java.time.Duration;
import onceward.benchmarks.relay.RelayProcess.Watched;
import onceward.localstack.kafka.Topic;
import onceward.messaging.testkit.TestServers;

/**
 * One turn of a relay: a new database, a new topic and a fresh process under a constant load, and
 * then under none but single rows.
 *
 * @param rows those of the schedule, and behind them the lone ones
 * @param window how long the relay is watched while idle, before the load and after it
 */
record LatencyTurn(
    RelayHome home,
    Relay relay,
    Rows rows,
    Schedule schedule,
    int writers,
    int rowsPerTransaction,
    Payloads payloads,
    Duration window,
    LoneRows loneRows) {

  /** The relay just started compiles for a while, which is not what it takes when idle. */
  private static final Duration SETTLE = Duration.ofSeconds(5);

  LatencyResult run(String database) {
    TestServers.kafka().createTopics(Topic.named(rows.topic()));
    try (var outbox = OutboxDatabase.create(database)) {
      relay.prepare(outbox);
      try (var process = home.start(relay, outbox)) {
        var arrivals = new Arrivals(rows, schedule.rows() + loneRows.count());
        process.awaitReady();
        try (var reader =
            TopicReader.start(TestServers.kafka().bootstrapServers(), rows.topic(), arrivals)) {
          Pause.of(SETTLE);
          return load(outbox, process, reader, arrivals, process.watch(window));
        }
      }
    }
  }

  private LatencyResult load(
      OutboxDatabase outbox,
      RelayProcess process,
      TopicReader reader,
      Arrivals arrivals,
      Watched idle) {
    try (var load = Writers.start(outbox, writers, rows, schedule, rowsPerTransaction, payloads)) {
      Pause.until(load.due(schedule.firstMeasured()));
      var loaded = process.watch(Duration.ofSeconds(schedule.measuredSeconds()));
      load.await();
      var hasAll = arrivals.await(schedule.rows());
      var after = process.watch(window);
      var lone =
          hasAll ? loneRows.append(outbox, rows, schedule.rows(), payloads, arrivals) : new long[0];
      if (!arrivals.await(schedule.rows() + loneRows.count())) {
        System.err.println(process.logTail());
      }
      var took =
          new LatencyResult.Taken(
              idle, loaded, after, process.residentMb(), process.residentPeakMb());
      process.stop();
      reader.readToEnd();
      var check =
          LedgerCheck.of(
              outbox, rows.topic(), schedule.rows() + loneRows.count(), arrivals.count());
      return LatencyResult.of(schedule, load, lone, arrivals, took, check);
    }
  }
}
