package onceward.relay.capture;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import onceward.relay.position.Lsn;

/**
 * Reads one database's outbox from its replication slot, behind a position, and gives the messages
 * in commit order.
 *
 * <p>The slot moves only by {@link CapturedBatch.Acknowledgement#send()}: the next capture of the
 * same slot gives again what was not acknowledged, unless the position says that it is published.
 * So a message is given at least once. A rolled-back row is never given.
 *
 * <p>One use, by one thread at a time, but for {@link #close()}. Every capture passes {@code
 * CaptureConformance}.
 */
public interface Capture extends AutoCloseable {

  /**
   * The next changes. The first call starts the capture. Later changes may be read meanwhile, but
   * no more than a bounded number.
   *
   * @param timeout how long to wait for some
   * @return empty if none came in time
   * @throws CaptureException if the database cannot be read from, at the start or later; or if this
   *     capture is closed. No call gives a batch any more
   * @throws UnreadableRowException if a change is no readable outbox row; nothing is skipped, and
   *     no call gives a batch any more
   * @throws onceward.relay.stop.StoppedException if the slot does not go on where the position is
   */
  Optional<CapturedBatch> next(Duration timeout) throws InterruptedException;

  /**
   * The server's process by which this capture reads from the slot; known once a batch was given.
   * After the session is lost, it still is the one that was. Any thread may ask.
   *
   * @return empty if the capture cannot tell
   */
  OptionalInt session();

  /**
   * How far the server has read the log that there was when this capture began. A server may read
   * for long what it sends nothing of: log of other tables. While this place moves, the server is
   * at work and can be reached. What it reads behind that log shows nothing: then the canary of
   * whoever captures has to come. For any thread.
   *
   * @return empty if that is not known
   */
  default Optional<Lsn> backlogRead() {
    return Optional.empty();
  }

  /**
   * Ends the capture and gives the slot back, within a bounded time. Any thread may call it at any
   * time; a {@link #next} that waits fails then.
   */
  @Override
  void close();
}
