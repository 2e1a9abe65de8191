package onceward.relay.capture;

/** What a {@link Capture} tells. */
@FunctionalInterface
public interface CaptureListener {

  /**
   * The next changes. Returning without {@link CapturedBatch.Acknowledgement#send()} leaves
   * progress where it was; throwing ends the capture.
   */
  void captured(CapturedBatch batch) throws InterruptedException;
}
