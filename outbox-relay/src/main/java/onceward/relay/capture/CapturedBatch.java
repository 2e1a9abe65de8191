package onceward.relay.capture;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import onceward.messaging.Message;
import onceward.relay.position.Lsn;

/**
 * Changes in commit order, and the only way to say that they are safe elsewhere.
 *
 * @param messages may be none, when all that came was the canary
 * @param oldestCommit when the first change was committed, by the database's clock
 * @param beat how often the canary had been moved when it came through; 0 if it did not
 * @param confirmable how far the slot moves when the batch is acknowledged
 * @param resume what a later capture needs to go on behind this batch
 */
public record CapturedBatch(
    List<Message> messages,
    Instant oldestCommit,
    long beat,
    Lsn confirmable,
    Map<String, Object> resume,
    Acknowledgement acknowledgement) {

  /** How the capture is told that changes are safe elsewhere. */
  @FunctionalInterface
  public interface Acknowledgement {

    /**
     * Lets the slot move past the batch and all before it, soon and not necessarily before this
     * returns. Later batches may have been handed over meanwhile. From any thread, but not while
     * another hands over or acknowledges.
     */
    void send() throws InterruptedException;
  }
}
