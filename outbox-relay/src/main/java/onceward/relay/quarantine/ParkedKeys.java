package onceward.relay.quarantine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.relay.position.Key;
import onceward.relay.position.ParkedProgress;
import onceward.relay.position.Position;

/**
 * What one generation of a pipeline knows about keys that are parked. Decides which messages of a
 * batch are published and which are parked. Asks nobody and writes nothing: whoever uses a value
 * writes the table. Immutable.
 *
 * @param parked the keys whose messages are parked, each with its progress
 * @param awaited the quarantined messages that capture has not delivered yet, each with its key.
 *     The key is parked from that message on. What came before it for the key is published: the
 *     batch that was refused may have held both.
 * @param discarded the messages that operators have discarded; capture may deliver them again
 */
public record ParkedKeys(
    Map<Key, ParkedProgress> parked, Map<UUID, Key> awaited, Set<UUID> discarded) {

  public ParkedKeys {
    parked = Map.copyOf(parked);
    awaited = Map.copyOf(awaited);
    discarded = Set.copyOf(discarded);
  }

  /**
   * A batch, divided. Each list is in the order of the batch.
   *
   * @param passing the messages that are published now
   * @param toPark the messages that have to be in the table before the position moves
   * @param passedOver the messages that operators have discarded
   * @param next what is known once the batch is published and parked
   */
  public record Division(
      List<Message> passing, List<Message> toPark, List<Message> passedOver, ParkedKeys next) {

    public Division {
      passing = List.copyOf(passing);
      toPark = List.copyOf(toPark);
      passedOver = List.copyOf(passedOver);
    }
  }

  /**
   * What a generation knows at its start.
   *
   * @param parked the keys that the position says are parked
   * @param quarantined the quarantined messages in the table, each with its key. One whose key is
   *     parked has been delivered before the position, or is parked with its key anyway.
   */
  public static ParkedKeys atStart(
      Map<Key, ParkedProgress> parked, Map<UUID, Key> quarantined, Set<UUID> discarded) {
    var awaited = new HashMap<>(quarantined);
    awaited.values().removeAll(parked.keySet());
    return new ParkedKeys(parked, awaited, discarded);
  }

  /** Divides the next batch that capture delivers. */
  public Division on(List<Message> batch) {
    var passing = new ArrayList<Message>(batch.size());
    var toPark = new ArrayList<Message>();
    var passedOver = new ArrayList<Message>();
    var parkedNext = new HashMap<>(parked);
    var awaitedNext = new HashMap<>(awaited);
    for (var message : batch) {
      var key = Key.of(message);
      if (discarded.contains(message.id()) && !parkedNext.containsKey(key)) {
        passedOver.add(message);
        continue;
      }
      if (awaitedNext.remove(message.id()) != null) {
        parkedNext.putIfAbsent(key, ParkedProgress.NONE);
      }
      (parkedNext.containsKey(key) ? toPark : passing).add(message);
    }
    return new Division(
        passing, toPark, passedOver, new ParkedKeys(parkedNext, awaitedNext, discarded));
  }

  /**
   * The same once the table holds messages of parked keys. A number that is lower than a known one
   * changes nothing: a message that arrives twice keeps its turn.
   *
   * @param last the number of the last message in the table, for each key
   */
  public ParkedKeys withArrived(Map<Key, Long> last) {
    var next = new HashMap<>(parked);
    last.forEach((key, arrived) ->
        next.computeIfPresent(
            key, (_, progress) -> progress.furthest(new ParkedProgress(arrived, 0))));
    return new ParkedKeys(next, awaited, discarded);
  }

  /** The same once the messages of a parked key are published up to a number. */
  public ParkedKeys withReleased(Key key, long released) {
    var next = new HashMap<>(parked);
    next.put(key, new ParkedProgress(progress(key).arrived(), released));
    return new ParkedKeys(next, awaited, discarded);
  }

  /** The same once all messages of a parked key are published: the key flows again. */
  public ParkedKeys withFlowing(Key key) {
    var next = new HashMap<>(parked);
    next.remove(key);
    return new ParkedKeys(next, awaited, discarded);
  }

  /** The same once operators have discarded messages. A discarded message is not awaited. */
  public ParkedKeys withDiscarded(Collection<UUID> messages) {
    var awaitedNext = new HashMap<>(awaited);
    awaitedNext.keySet().removeAll(messages);
    var discardedNext = new HashSet<>(discarded);
    discardedNext.addAll(messages);
    return new ParkedKeys(parked, awaitedNext, discardedNext);
  }

  /** Whether every message passes: nothing is parked, awaited or discarded. */
  public boolean isEmpty() {
    return parked.isEmpty() && awaited.isEmpty() && discarded.isEmpty();
  }

  /** Whether messages of a key are parked. */
  public boolean isParked(Key key) {
    return parked.containsKey(key);
  }

  /** Whether a quarantined message of a key has not been delivered yet. */
  public boolean isAwaited(Key key) {
    return awaited.containsValue(key);
  }

  /** How far a parked key has come. */
  ParkedProgress progress(Key key) {
    return Objects.requireNonNull(parked.get(key), () -> key + " is not parked");
  }

  /** The same place in the log as a position, with the keys that are parked. */
  public Position in(Position place) {
    return place.parked().equals(parked) ? place : place.parking(parked);
  }
}
