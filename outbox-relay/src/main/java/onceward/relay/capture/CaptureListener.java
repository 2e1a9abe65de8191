package onceward.relay.capture;

/** What a {@link Capture} tells. */
public interface CaptureListener {

  /** The slot is held and the log is being read. Called once, before or after the first batch. */
  void streaming();

  /**
   * The next messages. Returning without {@link CapturedBatch#acknowledge()} leaves progress where
   * it was; throwing ends the capture.
   */
  void captured(CapturedBatch batch) throws InterruptedException;
}
