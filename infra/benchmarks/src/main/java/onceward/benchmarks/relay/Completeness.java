package onceward.benchmarks.relay;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import onceward.benchmarks.Figures;

/**
 * Compares what a consumer got with what lies in the outbox: all of it, nothing else, and each key
 * in the order of its versions. A message that comes again is a duplicate and no disorder. For one
 * thread at a time.
 */
final class Completeness {

  private final Set<UUID> consumed = new HashSet<>();
  private final Map<String, Long> highest = new HashMap<>();
  private long duplicates;
  private long outOfOrder;

  /** Notes what the consumer got; false if it got it before. */
  boolean consumed(UUID id, String key, long version) {
    if (!consumed.add(id)) {
      duplicates++;
      return false;
    }
    var before = highest.getOrDefault(key, 0L);
    if (version <= before) {
      outOfOrder++;
    } else {
      highest.put(key, version);
    }
    return true;
  }

  /** Compares with the ids of the outbox. */
  Verdict compareWith(Iterable<UUID> outbox) {
    var appended = 0L;
    var lost = 0L;
    for (var id : outbox) {
      appended++;
      lost += consumed.contains(id) ? 0 : 1;
    }
    var ghosts = consumed.size() - (appended - lost);
    return new Verdict(appended, lost, ghosts, duplicates, outOfOrder);
  }

  /**
   * How many of what.
   *
   * @param appended rows in the outbox
   * @param lost of them not consumed
   * @param ghosts consumed without being in the outbox
   * @param duplicates consumed more often than once
   * @param outOfOrder consumed after a later version of their key
   */
  record Verdict(long appended, long lost, long ghosts, long duplicates, long outOfOrder) {

    /** Whether the relay kept its promises. Duplicates are within them. */
    boolean holds() {
      return lost == 0 && ghosts == 0 && outOfOrder == 0;
    }

    Verdict plus(Verdict other) {
      return new Verdict(
          appended + other.appended,
          lost + other.lost,
          ghosts + other.ghosts,
          duplicates + other.duplicates,
          outOfOrder + other.outOfOrder);
    }

    void addTo(Figures figures, String prefix) {
      figures
          .add(prefix + "appended", appended)
          .add(prefix + "lost", lost)
          .add(prefix + "ghosts", ghosts)
          .add(prefix + "duplicates", duplicates)
          .add(prefix + "out of order", outOfOrder);
    }
  }
}
