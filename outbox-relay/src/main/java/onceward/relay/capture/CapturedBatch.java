package onceward.relay.capture;

import java.time.Instant;
import java.util.List;
import onceward.messaging.Message;
import onceward.relay.position.LogPlace;
import onceward.relay.position.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * Changes in commit order, and the only way to say that they are safe elsewhere.
 *
 * @param messages may be none, when all that came was the canary
 * @param transactions those of the changes, in their order: the last 32 bits of each id
 * @param oldestCommit when the first change was committed, by the database's clock
 * @param beat how often the canary had been moved when it came through; 0 if it did not
 * @param confirmable how far the slot moves when the batch is acknowledged
 * @param place behind which a later capture goes on; null for wherever the slot stands
 */
public record CapturedBatch(
    List<Message> messages,
    List<Long> transactions,
    Instant oldestCommit,
    long beat,
    Lsn confirmable,
    @Nullable LogPlace place,
    Acknowledgement acknowledgement) {

  /** How the capture learns that changes are safe elsewhere. */
  @FunctionalInterface
  public interface Acknowledgement {

    /**
     * Lets the slot move past the batch and all before it, soon and not necessarily before this
     * returns. Later batches may have been taken meanwhile. For the thread that takes the batches.
     */
    void send() throws InterruptedException;
  }

  /** Adds the transaction of one more change: those of one transaction follow each other. */
  public static void addOnce(List<Long> transactions, long transaction) {
    if (transactions.isEmpty() || transactions.getLast() != transaction) {
      transactions.add(transaction);
    }
  }

  /** The same batch, acknowledged in another way. */
  public CapturedBatch acknowledgedBy(Acknowledgement other) {
    return new CapturedBatch(messages, transactions, oldestCommit, beat, confirmable, place, other);
  }
}
