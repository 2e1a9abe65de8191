package onceward.relay.republish;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.relay.position.Key;
import onceward.relay.republish.OutboxRows.Row;

/**
 * The messages of a request whose turn it is. Decided without asking anybody. Immutable.
 *
 * @param publish the messages to publish; those of a key in the order of their versions
 * @param unpublished the others, each with why it is not published
 */
record Chunk(List<Message> publish, Map<UUID, Unpublished> unpublished) {

  Chunk {
    publish = List.copyOf(publish);
    unpublished = Map.copyOf(unpublished);
  }

  /**
   * Divides rows of the outbox.
   *
   * @param rows in the order in which their messages are to be published
   * @param parkedFrom the version of the first parked message of each key that has one
   * @param discarded what operators have discarded
   */
  static Chunk of(List<Row> rows, Map<Key, Long> parkedFrom, Set<UUID> discarded) {
    var publish = new ArrayList<Message>(rows.size());
    var unpublished = new HashMap<UUID, Unpublished>();
    for (var row : rows) {
      switch (row) {
        case Row.Gone gone -> unpublished.put(gone.id(), Unpublished.GONE);
        case Row.Unreadable unreadable -> unpublished.put(unreadable.id(), Unpublished.UNREADABLE);
        case Row.Found found -> {
          var message = found.message();
          if (discarded.contains(message.id())) {
            unpublished.put(message.id(), Unpublished.DISCARDED);
          } else if (isParked(message, parkedFrom)) {
            unpublished.put(message.id(), Unpublished.PARKED);
          } else {
            publish.add(message);
          }
        }
      }
    }
    return new Chunk(publish, unpublished);
  }

  /** Behind a parked message nothing of its key is published, or the key would lose its order. */
  private static boolean isParked(Message message, Map<Key, Long> parkedFrom) {
    var first = parkedFrom.get(Key.of(message));
    return first != null && message.aggregateVersion() >= first;
  }

  boolean isEmpty() {
    return publish.isEmpty() && unpublished.isEmpty();
  }
}
