package onceward.relay.capture;

import java.time.Instant;
import java.util.List;
import onceward.messaging.Message;

/**
 * Messages in commit order, and the only way to say that they are safe elsewhere.
 *
 * @param messages at least one
 * @param oldestCommit when the first of them was committed, by the database's clock
 */
public record CapturedBatch(
    List<Message> messages, Instant oldestCommit, Acknowledgement acknowledgement) {

  /** Lets the slot move past these messages, soon and not necessarily before this returns. */
  public void acknowledge() throws InterruptedException {
    acknowledgement.send();
  }

  /** How the capture is told. */
  @FunctionalInterface
  public interface Acknowledgement {
    void send() throws InterruptedException;
  }
}
