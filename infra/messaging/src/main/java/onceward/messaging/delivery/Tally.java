package onceward.messaging.delivery;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Counts what became of the messages of one transaction. Belongs to one thread. */
public final class Tally {

  private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
  private final Set<String> unblocked = new LinkedHashSet<>();

  void add(Outcome outcome) {
    counts.merge(outcome, 1, Integer::sum);
  }

  /** How many records came to that end. */
  public int count(Outcome outcome) {
    return counts.getOrDefault(outcome, 0);
  }

  /** How many records came to which end; an outcome without records is left out. */
  public Map<Outcome, Integer> counts() {
    return counts;
  }

  /** A message that the parked messages of this key may wait for was handled. */
  void unblocked(String key) {
    unblocked.add(key);
  }

  /** The keys whose parked messages may go on now. */
  public Set<String> unblocked() {
    return unblocked;
  }
}
