package onceward.relay.park;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import onceward.messaging.Message;
import onceward.relay.database.Key;
import onceward.relay.database.ParkedMessage;
import onceward.relay.database.ParkedMessages;
import onceward.relay.database.Quarantined;
import onceward.relay.position.Position;
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
 * <p>Whether this message is still to come, only the position says. It is written together with
 * what is published; the table is written before.
 *
 * <p>For one thread, but for {@link #canRelease()}.
 */
public final class Parking {

  private static final Logger log = LoggerFactory.getLogger(Parking.class);

  private final ParkedMessages table;
  private final Map<UUID, Boolean> discarded;
  private final Map<UUID, Quarantined> awaited = new HashMap<>();
  private final Set<Key> keys = ConcurrentHashMap.newKeySet();
  private final Map<Long, Long> places = new HashMap<>();

  private Parking(ParkedMessages table) {
    this.table = table;
    this.discarded = table.discarded();
  }

  /**
   * Takes up what is parked behind a position.
   *
   * @param unknown whether the position was not reached but accepted, and says nothing of what is
   *     parked: then all that is quarantined has come
   */
  public static Parking behind(Position start, boolean unknown, ParkedMessages table) {
    if (!start.parked().isEmpty()) {
      settle(start, table);
    }
    var parking = new Parking(table);
    var quarantined = table.quarantined();
    for (var one : quarantined) {
      var published = start.parked().get(one.place());
      if (published != null || unknown) {
        parking.park(one, published == null ? 0 : published);
      }
    }
    for (var one : quarantined) {
      if (one.waits() && !parking.keys.contains(one.key())) {
        parking.awaited.put(one.messageId(), one);
      }
    }
    return parking;
  }

  /** What was released by a relay that ended before it could say so in the table. */
  private static void settle(Position start, ParkedMessages table) {
    for (var one : table.quarantined()) {
      var published = start.parked().getOrDefault(one.place(), 0L);
      if (published > 0) {
        table.end(one.key(), published);
      }
    }
  }

  /** Rows that were given up, of which those are passed over that cannot be read. */
  public Set<UUID> discarded() {
    return discarded.keySet();
  }

  /**
   * Publishes what waits for the keys that are to be released.
   *
   * @return the position reached, which is written down
   * @throws ReleaseRefusedException if Kafka refuses a message once more; it waits on
   */
  public Position release(Publisher publisher, Position start) throws InterruptedException {
    var reached = at(start);
    for (var one : releasable()) {
      reached = release(publisher, reached, one);
    }
    if (!reached.equals(start)) {
      // What the position says of a key that flows again must not be taken for its next quarantine.
      publisher.publish(List.of(), reached);
    }
    return reached;
  }

  /** Whether there is anything that {@link #release} could publish. */
  public boolean canRelease() {
    return !releasable().isEmpty();
  }

  /**
   * Holds back what is parked.
   *
   * @return the rest, to be published at the position that {@link #at} tells
   */
  public List<Message> pass(List<Message> batch) {
    if (keys.isEmpty() && awaited.isEmpty() && discarded.isEmpty()) {
      return batch;
    }
    var passing = new ArrayList<Message>(batch.size());
    var held = new ArrayList<Message>();
    for (var message : batch) {
      var come = awaited.remove(message.id());
      if (come != null) {
        park(come, 0);
      }
      if (keys.contains(Key.of(message))) {
        held.add(message);
      } else if (discarded.getOrDefault(message.id(), false)) {
        log.info("Passed over, as an operator discarded it: {}", message);
      } else {
        passing.add(message);
      }
    }
    if (!held.isEmpty()) {
      table.hold(held);
    }
    return passing;
  }

  /** The same place in the log, with what is parked behind it by now. */
  public Position at(Position reached) {
    return reached.parked().equals(places) ? reached : reached.parking(places);
  }

  private void park(Quarantined come, long published) {
    places.put(come.place(), published);
    keys.add(come.key());
  }

  /** One for each key. */
  private List<Quarantined> releasable() {
    if (keys.isEmpty()) {
      return List.of();
    }
    var seen = new HashSet<Key>();
    return table.quarantined().stream()
        .filter(one -> one.releaseAsked() && keys.contains(one.key()) && seen.add(one.key()))
        .toList();
  }

  private Position release(Publisher publisher, Position start, Quarantined head)
      throws InterruptedException {
    var key = head.key();
    var reached = start;
    for (var next = table.next(key); !next.isEmpty(); next = table.next(key)) {
      var last = next.getLast().place();
      places.put(head.place(), last);
      reached = at(reached);
      publish(publisher, key, next, reached);
      table.end(key, last);
      log.info(
          "Released {} messages of {} {}", next.size(), key.aggregateType(), key.aggregateId());
    }
    keys.remove(key);
    places.remove(head.place());
    return at(reached);
  }

  private void publish(Publisher publisher, Key key, List<ParkedMessage> waiting, Position reached)
      throws InterruptedException {
    var messages =
        waiting.stream().filter(one -> !one.discarded()).map(ParkedMessage::message).toList();
    try {
      publisher.publish(messages, reached);
    } catch (MessageRefusedException refused) {
      throw withdrawn(key, refused.refused(), refused);
    } catch (PublishException failed) {
      throw failed
          .notTaken()
          .<RuntimeException>map(one -> withdrawn(key, one, failed))
          .orElse(failed);
    }
  }

  private ReleaseRefusedException withdrawn(Key key, Message refused, RuntimeException why) {
    table.withdrawRelease(key, refused.id(), String.valueOf(why.getMessage()));
    return new ReleaseRefusedException(refused, why);
  }
}
