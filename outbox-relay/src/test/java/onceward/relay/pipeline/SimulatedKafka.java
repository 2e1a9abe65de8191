package onceward.relay.pipeline;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.relay.pipeline.SimulatedDatabase.Change;
import onceward.relay.position.Position;
import org.jspecify.annotations.Nullable;

/** A model of one topic, as a reader of what is committed sees it, and of the positions topic. */
final class SimulatedKafka {

  boolean isAway;
  boolean lacksTopic;

  /** When a message arrived last that had not been here. */
  long grownAt;

  private final boolean isExactlyOnce;
  private final Set<UUID> arrived = new HashSet<>();
  private final Map<String, Long> furthest = new HashMap<>();
  private @Nullable Position written;
  private int epochs;
  private int present;

  SimulatedKafka(boolean isExactlyOnce) {
    this.isExactlyOnce = isExactlyOnce;
  }

  /** Opens a publisher, and fences every other. */
  int open() {
    return ++epochs;
  }

  boolean isFenced(int epoch) {
    return epoch != epochs;
  }

  boolean has(Message message) {
    return arrived.contains(message.id());
  }

  /**
   * Appends messages, and writes down a position with them.
   *
   * @return the promise that is broken by that, if one is
   */
  Optional<String> append(List<Message> messages, @Nullable Position reached, long now) {
    for (var message : messages) {
      if (!arrived.add(message.id())) {
        if (isExactlyOnce) {
          return Optional.of("I3: twice on the wire, exactly once: " + message);
        }
        continue;
      }
      var before = furthest.getOrDefault(message.aggregateId(), 0L);
      if (message.aggregateVersion() != before + 1) {
        return Optional.of("I4: %s came after version %d".formatted(message, before));
      }
      grownAt = now;
      furthest.put(message.aggregateId(), message.aggregateVersion());
    }
    if (reached != null) {
      written = reached;
    }
    return Optional.empty();
  }

  /** Appends messages once more, as an operator requested. */
  Optional<String> appendAgain(List<Message> messages, long now) {
    return append(messages.stream().filter(message -> !has(message)).toList(), null, now);
  }

  /** The slot is made anew, and an operator accepts where it stands. */
  void forgetPosition() {
    written = null;
  }

  void writeDown(Position reached) {
    written = reached;
  }

  /** Where to go on; on the first start, where the slot stands. */
  Position position(SimulatedDatabase database) {
    var known = written;
    if (known == null) {
      known = new Position("shop", "1", 1, "", 0, database.confirmed(), null);
      written = known;
    }
    return known;
  }

  /** Whether everything is here that committed before the slot's place. */
  boolean hasAllUpTo(SimulatedDatabase database) {
    return firstMissing(database) >= database.firstBehindSlot();
  }

  /** Whether everything is here that a position tells of. */
  boolean hasAllUpTo(SimulatedDatabase database, Position position) {
    var place = position.place();
    return place == null || firstMissing(database) > database.indexOf(place);
  }

  /** The index of the first change that is not here; the number of changes if all are. */
  int firstMissing(SimulatedDatabase database) {
    var changes = database.committed();
    while (present < changes.size() && isHere(changes.get(present))) {
      present++;
    }
    return present;
  }

  private boolean isHere(Change change) {
    return change.message() == null || has(change.message());
  }
}
