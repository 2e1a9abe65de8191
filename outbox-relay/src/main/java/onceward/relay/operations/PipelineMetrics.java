package onceward.relay.operations;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import onceward.relay.pipeline.Phase;
import onceward.relay.pipeline.Pipeline;
import onceward.relay.pipeline.PipelineObserver;
import onceward.relay.source.Beat;
import org.jspecify.annotations.Nullable;

/** What one pipeline has done and how it stands, in numbers. Thread-safe. */
public final class PipelineMetrics implements PipelineObserver {

  private static final String TAG = "pipeline";

  private final MeterRegistry registry;
  private final String pipeline;
  private final Counter published;
  private final Counter republished;
  private final Counter restarts;
  private final DistributionSummary batch;
  private final Timer commitToAck;
  private volatile @Nullable Instant lastThrough;
  private volatile OptionalLong parked = OptionalLong.empty();

  public PipelineMetrics(MeterRegistry registry, String pipeline) {
    this.registry = registry;
    this.pipeline = pipeline;
    published =
        Counter.builder("relay.published")
            .description("Messages that Kafka acknowledged, repetitions included")
            .tag(TAG, pipeline)
            .register(registry);
    republished =
        Counter.builder("relay.republished")
            .description("Messages that were published again as an operator requested")
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
            .description(
                "From the commit of a batch's oldest message until the relay knows Kafka's acknowledgement")
            .publishPercentileHistogram()
            .tag(TAG, pipeline)
            .register(registry);
    gauge("relay.canary.age.seconds", "Since a message or the canary came through", this::age);
    gauge("relay.parked.messages", "Messages held back, 10000 if more", this::parkedOrNot);
  }

  /** Shows how a pipeline stands, also while nothing streams. */
  public void show(Pipeline shown) {
    for (var phase : Phase.values()) {
      Gauge.builder("relay.state", () -> shown.status().phase() == phase ? 1 : 0)
          .description("1 for the state that the pipeline is in")
          .tag(TAG, pipeline)
          .tag("state", phase.name())
          .register(registry);
    }
    gauge(
        "relay.warnings",
        "What an operator has to mend although messages flow, such as an old primary that is back",
        () -> shown.warnings().size());
    gauge("relay.in.flight", "Messages that are being published", shown::inFlight);
    gauge(
        "relay.slot.retained.bytes",
        "Log that the server keeps for the slot",
        () -> shown.slot().map(seen -> (double) seen.retainedBytes()).orElse(Double.NaN));
    gauge(
        "relay.slot.safe",
        "1 while the server promises to keep that log, else 0",
        () -> shown.slot().map(seen -> seen.isSafe() ? 1.0 : 0.0).orElse(Double.NaN));
  }

  @Override
  public void canaryMoved(Beat beat) {
    parked = OptionalLong.of(beat.parked());
  }

  @Override
  public void published(int count, Duration commitToAcknowledgement) {
    if (count == 0) {
      return;
    }
    published.increment(count);
    batch.record(count);
    commitToAck.record(commitToAcknowledgement);
  }

  @Override
  public void republished(int count) {
    republished.increment(count);
  }

  @Override
  public void cameThrough(Instant now) {
    lastThrough = now;
  }

  @Override
  public void restarts() {
    restarts.increment();
  }

  @Override
  public void ended() {
    parked = OptionalLong.empty();
  }

  /** When a message or the canary last came through; empty before the first. */
  Optional<Instant> lastThrough() {
    return Optional.ofNullable(lastThrough);
  }

  /**
   * How many messages were held back when last looked at, 10,000 if more; empty while nobody looks.
   */
  OptionalLong parked() {
    return parked;
  }

  public long published() {
    return (long) published.count();
  }

  long restartCount() {
    return (long) restarts.count();
  }

  private double parkedOrNot() {
    var seen = parked;
    return seen.isPresent() ? seen.getAsLong() : Double.NaN;
  }

  private double age() {
    return lastThrough()
        .map(last -> Duration.between(last, Instant.now()).toNanos() / 1e9)
        .orElse(Double.NaN);
  }

  private void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).tag(TAG, pipeline).register(registry);
  }
}
