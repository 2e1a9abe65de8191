package onceward.relay.republish;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import onceward.messaging.Message;
import onceward.relay.position.Position;
import onceward.relay.publish.MessageRefusedException;
import onceward.relay.publish.PublishException;
import onceward.relay.publish.Publisher;
import onceward.relay.stop.StoppedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out requests to republish for one generation of a pipeline, between two captured batches
 * and by the publisher of the pipeline. So whatever fences the stream fences this as well.
 *
 * <p>A chunk is noted in the table after Kafka has acknowledged the chunk. Whoever goes on after a
 * crash publishes at most one chunk again, and passes over none. Not thread-safe.
 */
public final class Republishing {

  private static final Logger log = LoggerFactory.getLogger(Republishing.class);

  private final RepublishTables tables;
  private int holder;

  /** Reads and changes nothing before {@link #begin}. */
  public Republishing(RepublishTables tables) {
    this.tables = tables;
  }

  /** Says from time to time whether to go on, and hears of progress. */
  public interface Pace {

    /** Whether the next chunk may be published; asked before each. */
    boolean goesOn();

    /** So many messages are published and noted. */
    void republished(int count);
  }

  /**
   * Knows who holds the slot.
   *
   * @param holder the session that holds the slot; once that session does not, changes of the
   *     tables fail with {@link onceward.relay.source.SlotLostException}
   */
  public void begin(int holder) {
    this.holder = holder;
  }

  /**
   * Publishes what is requested, until nothing is or the pace says not to go on.
   *
   * @param reached the position of the pipeline, which does not change
   * @param admit judges the topics of messages before they are published
   * @param isMissing whether Kafka has no topic of that name, if a message was not taken in time
   * @throws RepublishRefusedException if Kafka refuses a message; the request is paused
   */
  public void carryOut(
      Publisher publisher,
      Position reached,
      Consumer<List<Message>> admit,
      Predicate<String> isMissing,
      Pace pace)
      throws InterruptedException {
    for (var request = tables.started();
        request.isPresent() && pace.goesOn();
        request = tables.started()) {
      var id = request.getAsLong();
      var chunk = tables.next(id);
      if (chunk.isEmpty()) {
        tables.end(id, holder);
        log.info("Republish request {} is done", id);
      } else if (admits(id, chunk, admit)) {
        publish(id, chunk, publisher, reached, isMissing);
        tables.note(id, chunk, holder);
        pace.republished(chunk.publish().size());
      }
    }
  }

  /** A topic that is missing or unfit holds up the request, and not the stream. */
  private boolean admits(long request, Chunk chunk, Consumer<List<Message>> admit) {
    try {
      admit.accept(chunk.publish());
      return true;
    } catch (StoppedException unfit) {
      pause(request, unfit.stop().toString(), null);
      return false;
    }
  }

  private void publish(
      long request, Chunk chunk, Publisher publisher, Position reached, Predicate<String> isMissing)
      throws InterruptedException {
    try {
      publisher.publish(chunk.publish(), reached);
      // A relay that stands by sees by the position that this one gets on.
      publisher.checkpoint(reached);
    } catch (MessageRefusedException refused) {
      throw refused(request, refused.refused(), refused);
    } catch (PublishException failed) {
      var message = failed.notTaken().orElse(null);
      if (message != null && failed.topic().filter(isMissing).isPresent()) {
        throw refused(request, message, failed);
      }
      throw failed;
    }
  }

  private RepublishRefusedException refused(long request, Message message, RuntimeException why) {
    pause(request, String.valueOf(why.getMessage()), message.id());
    return new RepublishRefusedException(request, message, why);
  }

  private void pause(long request, String why, @Nullable UUID refused) {
    tables.pause(request, why, refused, holder);
    log.warn("Republish request {} is paused: {}", request, why);
  }
}
