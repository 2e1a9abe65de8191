package onceward.relay.pipeline;

import java.time.Duration;
import java.time.Instant;
import onceward.relay.source.Beat;

/**
 * Sees what a pipeline does. Called on the thread of the pipeline, which waits meanwhile: must not
 * block.
 */
public interface PipelineObserver {

  /**
   * A batch is published.
   *
   * @param count how many messages of the batch; those that are held back are not counted
   * @param commitToAck from the commit of the oldest change to Kafka's acknowledgement
   */
  void published(int count, Duration commitToAck);

  /** So many messages are published again, as an operator requested. */
  void republished(int count);

  /** Messages or the canary came through for the first time. */
  void cameThrough(Instant now);

  /** The canary was moved. */
  void canaryMoved(Beat beat);

  /** The pipeline failed, and starts again. */
  void restarts();

  /** No generation streams any more. */
  void ended();
}
