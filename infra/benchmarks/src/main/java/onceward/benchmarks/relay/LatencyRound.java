package onceward.benchmarks.relay;

import java.time.Duration;
import onceward.benchmarks.relay.RelayProcess.Watched;
import onceward.localstack.kafka.Topic;
import onceward.messaging.testkit.TestServers;

/**
 * One relay, fresh, under a constant load.
 *
 * @param window how long the relay is watched while idle, before the load and after it
 */
record LatencyRound(
    RelayHome home,
    String capture,
    Rows rows,
    Schedule schedule,
    int writers,
    Payloads payloads,
    Duration window) {

  /** The relay just started compiles for a while, which is not what it takes when idle. */
  private static final Duration SETTLE = Duration.ofSeconds(5);

  LatencyResult run(String database) {
    TestServers.kafka().createTopics(Topic.named(rows.topic()));
    try (var outbox = OutboxDatabase.create(database);
        var relay = home.start(outbox, capture)) {
      var arrivals = new Arrivals(rows, schedule.rows());
      relay.awaitReady();
      try (var reader =
          TopicReader.start(TestServers.kafka().bootstrapServers(), rows.topic(), arrivals)) {
        Pause.of(SETTLE);
        return load(outbox, relay, reader, arrivals, relay.watch(window));
      }
    }
  }

  private LatencyResult load(
      OutboxDatabase outbox,
      RelayProcess relay,
      TopicReader reader,
      Arrivals arrivals,
      Watched idle) {
    try (var load = Writers.start(outbox, writers, rows, schedule, payloads)) {
      Pause.until(load.due(schedule.firstMeasured()));
      var loaded = relay.watch(Duration.ofSeconds(schedule.measuredSeconds()));
      load.await();
      if (!arrivals.awaitAll()) {
        System.err.println(relay.logTail());
      }
      var took =
          new LatencyResult.Relay(
              idle, loaded, relay.watch(window), relay.residentMb(), relay.residentPeakMb());
      relay.stop();
      reader.readToEnd();
      var verdict = arrivals.completeness().compareWith(outbox.ids());
      return LatencyResult.of(schedule, load, arrivals, took, verdict);
    }
  }
}
