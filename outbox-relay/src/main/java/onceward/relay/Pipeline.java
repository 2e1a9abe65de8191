package onceward.relay;

import java.util.function.Consumer;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureListener;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.publish.BatchPublisher;

/**
 * One generation of a pipeline: capture → publish → acknowledge, until it fails or is closed.
 *
 * <p>Progress moves after the effect, never before it. So a message that was captured is published
 * at least once, whenever and wherever this ends.
 */
final class Pipeline implements CaptureListener, AutoCloseable {

  private final Capture capture;
  private final BatchPublisher publisher;
  private final Runnable streaming;
  private final Consumer<CapturedBatch> acknowledged;

  Pipeline(
      Capture capture,
      BatchPublisher publisher,
      Runnable streaming,
      Consumer<CapturedBatch> acknowledged) {
    this.capture = capture;
    this.publisher = publisher;
    this.streaming = streaming;
    this.acknowledged = acknowledged;
  }

  void run() {
    try (publisher) {
      capture.run(this);
    }
  }

  @Override
  public void captured(CapturedBatch batch) throws InterruptedException {
    publisher.publish(batch.messages());
    batch.acknowledge();
    acknowledged.accept(batch);
  }

  @Override
  public void streaming() {
    streaming.run();
  }

  /** Ends {@link #run()}. */
  @Override
  public void close() {
    capture.close();
  }
}
