package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.function.Predicate;
import onceward.relay.operations.PipelineMetrics;
import onceward.relay.pipeline.Operator;
import onceward.relay.pipeline.Phase;
import onceward.relay.pipeline.Pipeline;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.pipeline.Status;
import onceward.relay.stop.StopReason;

/** One pipeline, without the server around it. */
final class LonePipeline implements AutoCloseable {

  /** Whose commands they are. */
  static final Operator ADA = new Operator("ada", null, null);

  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration RECOVERY_MAX = Duration.ofSeconds(90);

  private final Pipeline pipeline;
  private final PipelineMetrics metrics;

  private LonePipeline(Pipeline pipeline, PipelineMetrics metrics) {
    this.pipeline = pipeline;
    this.metrics = metrics;
  }

  static LonePipeline start(PipelineParts parts) {
    var metrics = new PipelineMetrics(new SimpleMeterRegistry(), "shop");
    var pipeline = new Pipeline("shop", parts, metrics);
    pipeline.start();
    return new LonePipeline(pipeline, metrics);
  }

  /** The same pipeline, but a stall is called one after that long. */
  static PipelineParts stallingAfter(Duration silence, PipelineParts parts) {
    return new FaultyParts(parts) {
      @Override
      public Duration silenceMax() {
        return silence;
      }
    };
  }

  Pipeline pipeline() {
    return pipeline;
  }

  Status status() {
    return pipeline.status();
  }

  LonePipeline awaitStreaming() {
    awaitStatus(RECOVERY_MAX, Status::isStreaming);
    return this;
  }

  /** As {@link #awaitStreaming()}; nor does it stand by for a relay that there is not. */
  void awaitStreamingAndNeverReadyBefore() {
    awaitStatus(
        RECOVERY_MAX,
        status -> {
          assertThat(status.phase()).isNotEqualTo(Phase.STANDBY);
          return status.isStreaming();
        });
  }

  /** Waits until it is stopped for that reason. */
  LonePipeline awaitStopped(StopReason reason) {
    awaitStatus(
        RECOVERY_MAX, status -> status.stop().filter(stop -> stop.reason() == reason).isPresent());
    return this;
  }

  /** Waits until it is not ready, for whatever reason. */
  void awaitDown(Duration limit) {
    awaitStatus(limit, status -> !status.isReady());
  }

  /** Waits until it is not ready, for the reason given. */
  void awaitDown(Duration limit, String reason) {
    awaitStatus(limit, status -> !status.isReady() && status.reason().contains(reason));
  }

  /** Waits until it is stopped, for that reason and with that sentence. */
  void awaitStopped(Duration limit, StopReason reason, String sentence) {
    awaitStatus(
        limit,
        status ->
            status.stop().filter(stop -> stop.reason() == reason).isPresent()
                && status.reason().contains(sentence));
  }

  /** As an operator does. */
  boolean accept() {
    return accept(pipeline);
  }

  static boolean accept(Pipeline pipeline) {
    try {
      return pipeline.accept(ADA);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends the generation that runs, and has another one begin. */
  void beginAnew() {
    pipeline.pause(ADA);
    awaitStopped(RECOVERY_MAX, StopReason.PAUSED, "paused");
    pipeline.resume(ADA);
  }

  /** What its metrics tell. */
  long published() {
    return metrics.published();
  }

  private void awaitStatus(Duration limit, Predicate<Status> expected) {
    await().atMost(limit).pollInterval(LOOK).until(pipeline::status, expected);
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
