package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.messaging.testkit.TestServers;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureListener;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.capture.DebeziumCapture;
import onceward.relay.publish.BatchPublisher;
import org.junit.jupiter.api.Test;

/** A relay that ends between publishing and acknowledging publishes again: twice, never not. */
class AcknowledgeTest {

  private static final Duration LIMIT = Duration.ofSeconds(40);

  @Test
  void what_was_published_but_not_acknowledged_is_published_again() throws Exception {
    try (var database = OutboxDatabase.create();
        var topic = new TopicReader().createTopic()) {
      var before = database.logPosition();
      for (int version = 1; version <= 3; version++) {
        database.append(topic.aggregateType(), "a", version);
      }
      var generations = new AtomicInteger();
      var supervisor =
          new Supervisor(
              "shop",
              (streaming, acknowledged) ->
                  new Pipeline(
                      generations.incrementAndGet() == 1
                          ? new UnacknowledgingCapture(capture(database), database, before)
                          : capture(database),
                      new BatchPublisher(
                          TestServers.kafka().bootstrapServers(), "shop", "/onceward/shop"),
                      streaming,
                      acknowledged),
              new PipelineMetrics(new SimpleMeterRegistry(), "shop"));
      try (supervisor) {
        supervisor.start();
        await()
            .atMost(LIMIT)
            .untilAsserted(() -> {
              // However many of the three the first batch held: they come twice.
              assertThat(topic.readOn()).endsWith("1", "2", "3");
              assertThat(topic.versions()).startsWith("1").filteredOn("1"::equals).hasSize(2);
            });
        await().atMost(LIMIT).until(() -> supervisor.status().ready());
      }
      assertThat(generations).hasValue(2);
    }
  }

  private static Capture capture(OutboxDatabase database) {
    return new DebeziumCapture(database.captureSettings());
  }

  /** Fails as if the power went when the first batch is to be acknowledged. */
  private record UnacknowledgingCapture(Capture real, OutboxDatabase database, String before)
      implements Capture {

    @Override
    public void run(CaptureListener listener) {
      real.run(
          new CaptureListener() {
            @Override
            public void streaming() {
              listener.streaming();
            }

            @Override
            public void captured(CapturedBatch batch) throws InterruptedException {
              listener.captured(
                  new CapturedBatch(
                      batch.messages(),
                      batch.oldestCommit(),
                      () -> {
                        assertThat(database.slotIsPast(before)).isFalse();
                        throw new IllegalStateException("the power went");
                      }));
            }
          });
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
