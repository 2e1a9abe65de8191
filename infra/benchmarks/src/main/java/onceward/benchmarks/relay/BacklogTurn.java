package onceward.benchmarks.relay;

import onceward.localstack.kafka.Topic;
import onceward.messaging.testkit.TestServers;

/** One turn of a relay: a new database, a new topic and a fresh process before a backlog. */
record BacklogTurn(RelayHome home, Relay relay, Backlog backlog) {

  /**
   * What a turn found.
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
      LedgerCheck check)
      implements Outcome {}

  Result run(String database) {
    var topic = backlog.rows().topic();
    TestServers.kafka().createTopics(Topic.named(topic));
    try (var outbox = OutboxDatabase.create(database)) {
      relay.prepare(outbox);
      home.startOnce(relay, outbox);
      backlog.append(outbox);
      outbox.checkpoint();
      var arrivals = new Arrivals(backlog.rows(), backlog.count());
      try (var reader =
          TopicReader.start(TestServers.kafka().bootstrapServers(), topic, arrivals)) {
        return drain(outbox, reader, arrivals);
      }
    }
  }

  private Result drain(OutboxDatabase outbox, TopicReader reader, Arrivals arrivals) {
    var start = System.nanoTime();
    try (var process = home.start(relay, outbox)) {
      if (!arrivals.awaitFirst()) {
        throw new IllegalStateException("no message has come for a minute." + process.logTail());
      }
      var cpuAtFirst = process.cpuSeconds();
      if (!arrivals.await(backlog.count())) {
        System.err.println(process.logTail());
      }
      var cpu = process.cpuSeconds();
      var residentPeakMb = process.residentPeakMb();
      process.stop();
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
          LedgerCheck.of(outbox, backlog.rows().topic(), backlog.count(), arrivals.count()));
    }
  }

  /** The rate of these messages, from that moment to when the last of them came. */
  private static double perSecond(long[] moments, int first, int last, long since) {
    return (last - first + 1) / ((moments[last] - since) / 1e9);
  }
}
