package onceward.relay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import onceward.relay.capture.CapturedBatch;

/** What one pipeline has done, in numbers. */
final class PipelineMetrics {

  private static final String TAG = "pipeline";

  private final Counter published;
  private final Counter restarts;
  private final DistributionSummary batch;
  private final Timer commitToAck;

  PipelineMetrics(MeterRegistry registry, String pipeline) {
    published =
        Counter.builder("relay.published")
            .description("Messages that Kafka acknowledged, repetitions included")
            .tag(TAG, pipeline)
            .register(registry);
    restarts =
        Counter.builder("relay.restarts")
            .description("Failures after which the pipeline was built anew")
            .tag(TAG, pipeline)
            .register(registry);
    batch =
        DistributionSummary.builder("relay.publish.batch")
            .description("Messages per batch")
            .tag(TAG, pipeline)
            .register(registry);
    commitToAck =
        Timer.builder("relay.commit.to.ack")
            .description("From the commit of a batch's oldest message to Kafka's acknowledgement")
            .publishPercentileHistogram()
            .tag(TAG, pipeline)
            .register(registry);
  }

  void acknowledged(CapturedBatch done) {
    if (done.messages().isEmpty()) {
      return;
    }
    published.increment(done.messages().size());
    batch.record(done.messages().size());
    commitToAck.record(Duration.between(done.oldestCommit(), Instant.now()));
  }

  void restarting() {
    restarts.increment();
  }
}
