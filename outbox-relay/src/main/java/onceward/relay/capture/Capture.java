package onceward.relay.capture;

/**
 * Reads one database's outbox from its replication slot and hands the messages over in commit
 * order.
 *
 * <p>Progress moves only by {@link CapturedBatch.Acknowledgement#send()}: whatever was handed over
 * and not acknowledged is handed over again by the next capture of the same slot. So is, now and
 * then, what was acknowledged shortly before the end: at least once, never less. A rolled-back row
 * is never handed over.
 *
 * <p>One use: {@link #run} once, then {@link #close()}, which any thread may call at any time.
 */
public interface Capture extends AutoCloseable {

  /**
   * Captures until closed.
   *
   * @param listener is called from another thread than the caller's, but never by two at once
   * @throws CaptureException if the database cannot be read from, at start or later
   * @throws UnreadableRowException if a change is no readable outbox row; nothing is skipped
   * @throws RuntimeException whatever the listener threw; its batch is not acknowledged
   */
  void run(CaptureListener listener);

  /**
   * Ends {@link #run}. Waits for a batch in hand, but no longer than a bounded time, then
   * interrupts it.
   */
  @Override
  void close();
}
