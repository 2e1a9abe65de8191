package onceward.relay.quarantine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import onceward.messaging.Message;
import onceward.relay.position.Key;
import onceward.relay.position.Position;
import onceward.relay.position.Waiting;
import onceward.relay.publish.MessageRefusedException;
import onceward.relay.publish.PublishException;
import onceward.relay.publish.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one generation of a pipeline holds back: from a quarantined message on, all that comes for
 * its key, in its order. What came before it for the key is published: the batch that was refused
 * may have held both.
 *
 * <p>The position says which keys are parked and how far each has come; it is written together with
 * what is published. The table is written before, so it may hold more: that comes again. Not
 * thread-safe.
 */
public final class Parking {

  private static final Logger log = LoggerFactory.getLogger(Parking.class);

  private final ParkedMessages table;
  private final Position start;
  private final Discarded discarded;
  private final Map<UUID, Key> awaited = new HashMap<>();
  private final Map<Key, Waiting> parked = new HashMap<>();
  private int holder;

  /** Of what is parked behind a position. Changes nothing before {@link #begin}. */
  public Parking(Position start, ParkedMessages table) {
    this.start = start;
    this.table = table;
    this.discarded = table.discarded();
  }

  /**
   * Takes up what is parked, once nobody else does.
   *
   * @param holder the session that holds the slot; once it does not, changes of the table fail with
   *     {@link onceward.relay.quarantine.SlotLostException}
   */
  public void begin(int holder) {
    this.holder = holder;
    start.parked().forEach(this::takeUp);
    table
        .quarantined()
        .forEach((message, key) -> {
          if (!parked.containsKey(key)) {
            awaited.put(message, key);
          }
        });
  }

  /** A relay may have ended before it could say in the table what it has published. */
  private void takeUp(Key key, Waiting waiting) {
    if (waiting.released() > 0) {
      table.end(key, waiting.released(), holder);
    }
    if (table.waits(key, waiting.arrived())) {
      parked.put(key, waiting);
    } else {
      table.forget(key, waiting.arrived(), holder);
    }
  }

  /** Rows of which changes are passed over that cannot be read. */
  public Set<UUID> discardedChanges() {
    return discarded.changes();
  }

  /**
   * Holds back what is parked.
   *
   * @return the rest, to be published at the position that {@link #at} tells
   */
  public List<Message> pass(List<Message> batch) {
    if (parked.isEmpty() && awaited.isEmpty() && discarded.messages().isEmpty()) {
      return batch;
    }
    var passing = new ArrayList<Message>(batch.size());
    var held = new ArrayList<Message>();
    for (var message : batch) {
      var key = Key.of(message);
      if (discarded.messages().contains(message.id()) && !parked.containsKey(key)) {
        log.info("Passed over, as an operator discarded it: {}", message);
        continue;
      }
      if (awaited.remove(message.id()) != null) {
        parked.putIfAbsent(key, new Waiting(0, 0));
      }
      (parked.containsKey(key) ? held : passing).add(message);
    }
    if (!held.isEmpty()) {
      table.hold(held, parked, holder).forEach(this::arrived);
    }
    return passing;
  }

  private void arrived(Key key, long last) {
    parked.computeIfPresent(
        key, (_, waiting) -> new Waiting(Math.max(waiting.arrived(), last), waiting.released()));
  }

  /** The same place in the log, with the keys that are parked by now. */
  public Position at(Position reached) {
    return reached.parked().equals(parked) ? reached : reached.parking(parked);
  }

  /**
   * Publishes what waits for the keys that are to be released.
   *
   * @param isMissing whether there is no such topic, if a message was not taken in time
   * @param progress is told after each portion
   * @return the position reached, which is written down
   * @throws ReleaseRefusedException if Kafka refuses a message once more; it waits on
   */
  public Position release(
      Publisher publisher, Position start, Predicate<String> isMissing, Runnable progress)
      throws InterruptedException {
    var reached = at(start);
    for (var key : table.released()) {
      if (parked.containsKey(key)) {
        reached = release(key, publisher, reached, isMissing, progress);
      } else {
        dropDiscarded(key);
      }
    }
    if (!reached.equals(start)) {
      // What the position says of a key that flows again must not be taken for its next quarantine.
      publisher.publish(List.of(), reached);
      publisher.checkpoint(reached);
    }
    return reached;
  }

  private Position release(
      Key key, Publisher publisher, Position start, Predicate<String> isMissing, Runnable progress)
      throws InterruptedException {
    var until = parked.getOrDefault(key, new Waiting(0, 0)).arrived();
    var reached = start;
    for (var next = table.next(key, until); !next.isEmpty(); next = table.next(key, until)) {
      var last = next.getLast().arrival();
      parked.put(key, new Waiting(until, last));
      reached = at(reached);
      publish(key, next, publisher, reached, isMissing);
      table.end(key, last, holder);
      progress.run();
      log.info(
          "Released {} messages of {} {}", next.size(), key.aggregateType(), key.aggregateId());
    }
    table.forget(key, until, holder);
    parked.remove(key);
    return at(reached);
  }

  /** It has not come yet, and perhaps never will. */
  private void dropDiscarded(Key key) {
    for (var message : table.endDiscarded(key)) {
      awaited.remove(message);
      discarded.messages().add(message);
    }
    if (!awaited.containsValue(key)) {
      table.forget(key, 0, holder);
    }
  }

  private void publish(
      Key key,
      List<ParkedMessage> waiting,
      Publisher publisher,
      Position reached,
      Predicate<String> isMissing)
      throws InterruptedException {
    var messages = new ArrayList<Message>(waiting.size());
    for (var one : waiting) {
      if (one.discarded()) {
        discarded.messages().add(one.message().id());
      } else {
        messages.add(one.message());
      }
    }
    try {
      publisher.publish(messages, reached);
      publisher.checkpoint(reached);
    } catch (MessageRefusedException refused) {
      throw withdrawn(key, refused.refused(), refused);
    } catch (PublishException failed) {
      if (failed.topic().filter(isMissing).isPresent()) {
        throw withdrawn(key, failed.notTaken().orElseThrow(), failed);
      }
      throw failed;
    }
  }

  private ReleaseRefusedException withdrawn(Key key, Message refused, RuntimeException why) {
    table.withdrawRelease(key, refused.id(), String.valueOf(why.getMessage()));
    return new ReleaseRefusedException(refused, why);
  }
}
