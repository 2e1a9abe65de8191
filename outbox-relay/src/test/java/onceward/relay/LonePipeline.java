package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.function.Predicate;
import onceward.relay.stop.StopReason;

/** One pipeline and its supervisor, without the server around them. */
final class LonePipeline implements AutoCloseable {

  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration RECOVERY_MAX = Duration.ofSeconds(90);

  private final Supervisor supervisor;

  private LonePipeline(Supervisor supervisor) {
    this.supervisor = supervisor;
  }

  static LonePipeline start(PipelineParts parts) {
    var metrics = new PipelineMetrics(new SimpleMeterRegistry(), "shop");
    var supervisor = new Supervisor("shop", parts, metrics);
    supervisor.start();
    return new LonePipeline(supervisor);
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

  Supervisor supervisor() {
    return supervisor;
  }

  PipelineStatus.Snapshot status() {
    return supervisor.status();
  }

  LonePipeline awaitStreaming() {
    awaitStatus(RECOVERY_MAX, PipelineStatus.Snapshot::isStreaming);
    return this;
  }

  /** As {@link #awaitStreaming()}; nor does it stand by for a relay that there is not. */
  void awaitStreamingAndNeverReadyBefore() {
    awaitStatus(
        RECOVERY_MAX,
        status -> {
          assertThat(status.state()).isNotEqualTo(PipelineState.STANDBY);
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
    return supervisor.accept();
  }

  /** Ends the generation that runs, and has another one begin. */
  void beginAnew() {
    supervisor.pause();
    awaitStopped(RECOVERY_MAX, StopReason.PAUSED, "paused");
    supervisor.resume();
  }

  /** What its metrics tell. */
  long published() {
    return supervisor.metrics().published();
  }

  private void awaitStatus(Duration limit, Predicate<PipelineStatus.Snapshot> expected) {
    await().atMost(limit).pollInterval(LOOK).until(supervisor::status, expected);
  }

  @Override
  public void close() {
    supervisor.close();
  }
}
