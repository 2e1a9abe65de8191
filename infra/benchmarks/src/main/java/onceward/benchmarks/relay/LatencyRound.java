package onceward.benchmarks.relay;

import java.time.Duration;
import onceward.localstack.kafka.Topic;
import onceward.messaging.testkit.TestServers;

/** One relay, fresh, under a constant load. */
record LatencyRound(
    RelayHome home, Rows rows, Schedule schedule, int writers, Payloads payloads, Duration idle) {

  /** The relay just started compiles for a while, which is not what it takes when idle. */
  private static final Duration SETTLE = Duration.ofSeconds(5);

  LatencyResult run(String database) {
    TestServers.kafka().createTopics(Topic.named(rows.topic()));
    try (var outbox = OutboxDatabase.create(database);
        var relay = home.start(outbox)) {
      var arrivals = new Arrivals(rows, schedule.rows());
      relay.awaitReady();
      try (var reader =
          TopicReader.start(TestServers.kafka().bootstrapServers(), rows.topic(), arrivals)) {
        relay.cpuShare(SETTLE);
        return load(outbox, relay, reader, arrivals, relay.cpuShare(idle));
      }
    }
  }

  private LatencyResult load(
      OutboxDatabase outbox,
      RelayProcess relay,
      TopicReader reader,
      Arrivals arrivals,
      double idleBefore) {
    try (var load = Writers.start(outbox, writers, rows, schedule, payloads)) {
      Pause.until(load.due(schedule.firstMeasured()));
      var share = relay.cpuShare(Duration.ofSeconds(schedule.measuredSeconds()));
      load.await();
      var _ = arrivals.awaitAll();
      var cpu =
          new LatencyResult.Relay(
              idleBefore,
              share,
              share / schedule.rowsPerSecond() * 1_000,
              relay.cpuShare(idle),
              relay.residentMb(),
              relay.residentPeakMb());
      relay.stop();
      reader.readToEnd();
      return LatencyResult.of(
          schedule, load, arrivals, cpu, arrivals.completeness().compareWith(outbox.ids()));
    }
  }
}
