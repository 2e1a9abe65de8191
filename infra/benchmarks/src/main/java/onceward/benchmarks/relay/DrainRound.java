package onceward.benchmarks.relay;

import onceward.benchmarks.relay.Completeness.Verdict;
import onceward.localstack.kafka.Topic;
import onceward.messaging.testkit.TestServers;

/** One relay, fresh, before a backlog. */
record DrainRound(RelayHome home, Backlog backlog) {

  /**
   * What a round found.
   *
   * @param rowsPerSecond from the first message to the last
   * @param rowsPerSecondFromStart from the start of the process to the last message
   * @param firstSeconds from the start of the process to the first message
   * @param cpuSeconds of the relay, from its start to the last message
   * @param cpuPerMillion of the relay, in seconds, from the first message to the last
   * @param residentPeakMb of the relay, in MiB
   */
  record Result(
      double rowsPerSecond,
      double rowsPerSecondFromStart,
      double firstSeconds,
      double cpuSeconds,
      double cpuPerMillion,
      double residentPeakMb,
      Verdict verdict)
      implements Round {}

  Result run(String database) {
    var topic = backlog.rows().topic();
    TestServers.kafka().createTopics(Topic.named(topic));
    try (var outbox = OutboxDatabase.create(database)) {
      startOnce(outbox);
      backlog.append(outbox);
      outbox.checkpoint();
      var arrivals = new Arrivals(backlog.rows(), backlog.count());
      try (var reader =
          TopicReader.start(TestServers.kafka().bootstrapServers(), topic, arrivals)) {
        return drain(outbox, reader, arrivals);
      }
    }
  }

  /** Or the first round alone would start without a class archive. */
  private void startOnce(OutboxDatabase outbox) {
    try (var relay = home.start(outbox)) {
      relay.awaitReady();
    }
  }

  private Result drain(OutboxDatabase outbox, TopicReader reader, Arrivals arrivals) {
    var start = System.nanoTime();
    try (var relay = home.start(outbox)) {
      var _ = arrivals.awaitFirst();
      var cpuAtFirst = relay.cpuSeconds();
      var _ = arrivals.awaitAll();
      var cpu = relay.cpuSeconds();
      var residentPeakMb = relay.residentPeakMb();
      relay.stop();
      reader.readToEnd();
      return new Result(
          perSecond(arrivals.last() - arrivals.first()),
          perSecond(arrivals.last() - start),
          (arrivals.first() - start) / 1e9,
          cpu,
          (cpu - cpuAtFirst) / backlog.count() * 1e6,
          residentPeakMb,
          arrivals.completeness().compareWith(outbox.ids()));
    }
  }

  private double perSecond(long nanos) {
    return backlog.count() / (nanos / 1e9);
  }
}
