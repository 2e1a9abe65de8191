package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureListener;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.position.Position;
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
      var parts =
          new FaultyParts(database.parts()) {
            @Override
            public Capture capture(Position from) {
              var real = super.capture(from);
              return generations.incrementAndGet() == 1
                  ? new UnacknowledgingCapture(real, database, before)
                  : real;
            }
          };
      try (var supervisor =
          new Supervisor("shop", parts, new PipelineMetrics(new SimpleMeterRegistry(), "shop"))) {
        supervisor.start();
        await()
            .atMost(LIMIT)
            .untilAsserted(() -> {
              // However many of the three the first batch held: they come twice.
              assertThat(topic.readOn()).endsWith("1", "2", "3");
              assertThat(topic.versions()).startsWith("1").filteredOn("1"::equals).hasSize(2);
            });
        await().atMost(LIMIT).until(() -> supervisor.status().isStreaming());
      }
      assertThat(generations).hasValue(2);
    }
  }

  /** Fails as if the power went when the first messages are to be acknowledged. */
  private record UnacknowledgingCapture(Capture real, OutboxDatabase database, String before)
      implements Capture {

    @Override
    public void run(CaptureListener listener) {
      real.run(batch ->
          listener.captured(
              new CapturedBatch(
                  batch.messages(),
                  batch.oldestCommit(),
                  batch.beat(),
                  batch.confirmable(),
                  batch.resume(),
                  () -> {
                    if (batch.messages().isEmpty()) {
                      batch.acknowledge();
                      return;
                    }
                    assertThat(database.slotIsPast(before)).isFalse();
                    throw new IllegalStateException("the power went");
                  })));
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
