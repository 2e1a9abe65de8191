package onceward.benchmarks.relay;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Relays that take turns, so that all of them see the same machine.
 *
 * @param count how many turns each relay has
 */
record Turns(List<Relay> relays, int count) {

  /** What a relay does in its turn. */
  @FunctionalInterface
  interface Turn<T> {
    T take(Relay relay);
  }

  /** Each relay in each turn; what each of them did, in the order of the relays. */
  <T> Map<Relay, List<T>> take(String what, Turn<T> turn) {
    var done = new LinkedHashMap<Relay, List<T>>();
    relays.forEach(relay -> done.put(relay, new ArrayList<>()));
    for (var number = 0; number < count; number++) {
      for (var relay : order(relays, number)) {
        System.err.printf("turn %d of %d, %s: %s%n", number + 1, count, what, relay.name());
        done.computeIfAbsent(relay, _ -> new ArrayList<>()).add(turn.take(relay));
      }
    }
    return done;
  }

  /** Another one first in each turn, so that none always follows the same. */
  static <T> List<T> order(List<T> all, int turn) {
    var first = turn % all.size();
    var order = new ArrayList<>(all.subList(first, all.size()));
    order.addAll(all.subList(0, first));
    return order;
  }
}
