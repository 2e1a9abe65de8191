package onceward.benchmarks.relay;

import onceward.benchmarks.relay.Completeness.Verdict;
import onceward.localstack.kafka.Topic;
import onceward.messaging.testkit.TestServers;

/** One relay, fresh, before a backlog. */
record BacklogRound(RelayHome home, String capture, Backlog backlog) {

  /**
   * What a round found.
   *
   * @param rowsPerSecond from the first message to the last
   * @param rowsPerSecondWarm the same, of the second half
   * @param rowsPerSecondFromStart from the start of the process to the last message
   * @param firstSeconds from the start of the process to the first message
   * @param cpuSeconds of the relay, from its start to the last message
   * @param cpuPerMillion of the relay, in seconds, from the first message to the last
   * @param residentPeakMb of the relay, in MiB
   */
  record Result(
      double rowsPerSecond,
      double rowsPerSecondWarm,
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
    try (var relay = home.start(outbox, capture)) {
      relay.awaitReady();
    }
  }

  private Result drain(OutboxDatabase outbox, TopicReader reader, Arrivals arrivals) {
    var start = System.nanoTime();
    try (var relay = home.start(outbox, capture)) {
      if (!arrivals.awaitFirst()) {
        throw new IllegalStateException("no message has come for a minute." + relay.logTail());
      }
      var cpuAtFirst = relay.cpuSeconds();
      if (!arrivals.awaitAll()) {
        System.err.println(relay.logTail());
      }
      var cpu = relay.cpuSeconds();
      var residentPeakMb = relay.residentPeakMb();
      relay.stop();
      reader.readToEnd();
      var moments = arrivals.moments();
      var last = moments.length - 1;
      return new Result(
          perSecond(moments, 0, last, moments[0]),
          perSecond(moments, moments.length / 2, last, moments[moments.length / 2]),
          perSecond(moments, 0, last, start),
          (moments[0] - start) / 1e9,
          cpu,
          (cpu - cpuAtFirst) / moments.length * 1e6,
          residentPeakMb,
          arrivals.completeness().compareWith(outbox.ids()));
    }
  }

  /** The rate of these messages, from that moment to when the last of them came. */
  private static double perSecond(long[] moments, int first, int last, long since) {
    return (last - first + 1) / ((moments[last] - since) / 1e9);
  }
}
