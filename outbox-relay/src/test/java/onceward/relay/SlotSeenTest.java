package onceward.relay;

import static onceward.relay.LonePipeline.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import onceward.relay.operations.PipelineMetrics;
import onceward.relay.pipeline.Pipeline;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much log the server keeps is seen above all while nothing streams: then it grows. */
class SlotSeenTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int FILLER_BYTES = 1024 * 1024;
  private static final String FILL =
      "select pg_logical_emit_message(true, 'filler', repeat('x', %d))".formatted(FILLER_BYTES);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private OutboxDatabase database;

  @BeforeEach
  void makeDatabase() {
    database = OutboxDatabase.create();
  }

  @AfterEach
  void dropDatabase() throws Exception {
    database.close();
  }

  @Test
  void of_a_pipeline_that_is_paused() throws Exception {
    try (var relay = start(database.parts())) {
      await().atMost(LIMIT).until(() -> relay.status().isStreaming());
      relay.pause(ADA);
      awaitStopped(relay, StopReason.PAUSED);

      assertGrows();

      database.dropSlot();
      await().atMost(LIMIT).until(() -> Double.isNaN(retained()));
      assertThat(gauge("relay.slot.safe")).isNaN();
    }
  }

  @Test
  void of_a_pipeline_that_is_stopped() throws Exception {
    try (var relay = start(database.parts())) {
      await().atMost(LIMIT).until(() -> relay.status().isStreaming());
      database.administer("alter publication outbox drop table relay_canary");
      awaitStopped(relay, StopReason.PUBLICATION_UNFIT);

      assertGrows();
    }
  }

  @Test
  void of_a_pipeline_that_waits_for_kafka() throws Exception {
    database.administer(FILL);
    try (var _ = start(database.partsTo("127.0.0.1:1"))) {
      await().atMost(LIMIT).until(() -> retained() >= FILLER_BYTES);
    }
  }

  private void assertGrows() throws Exception {
    await().atMost(LIMIT).until(() -> retained() >= 0 && gauge("relay.slot.safe") == 1);
    var before = retained();

    database.administer(FILL);

    await().atMost(LIMIT).until(() -> retained() >= before + FILLER_BYTES);
  }

  private Pipeline start(PipelineParts parts) {
    var metrics = new PipelineMetrics(registry, "shop");
    var pipeline = new Pipeline("shop", parts, metrics);
    metrics.show(pipeline);
    pipeline.start();
    return pipeline;
  }

  private static void awaitStopped(Pipeline relay, StopReason reason) {
    await()
        .atMost(LIMIT)
        .until(() -> relay.status().stop().filter(stop -> stop.reason() == reason).isPresent());
  }

  private double retained() {
    return gauge("relay.slot.retained.bytes");
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }
}
