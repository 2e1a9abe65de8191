package onceward.ledger.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/** Which hours are read together: each reading costs, also where there is little to read. */
final class Stretches {

  static final int MAX = 4;

  private Stretches() {}

  /**
   * Hours next to each other.
   *
   * @param first the first hour
   * @param last the last hour
   */
  record Stretch(long first, long last) {}

  /** A few stretches, the earliest first, that have all of these hours. */
  static List<Stretch> of(SortedSet<Long> hours) {
    var stretches = new ArrayList<Stretch>();
    for (long hour : hours) {
      if (!stretches.isEmpty() && stretches.getLast().last == hour - 1) {
        stretches.set(stretches.size() - 1, new Stretch(stretches.getLast().first, hour));
      } else {
        stretches.add(new Stretch(hour, hour));
      }
    }
    while (stretches.size() > MAX) {
      joinNearest(stretches);
    }
    return stretches;
  }

  private static void joinNearest(List<Stretch> stretches) {
    var nearest = 1;
    for (var i = 2; i < stretches.size(); i++) {
      if (gapBefore(stretches, i) < gapBefore(stretches, nearest)) {
        nearest = i;
      }
    }
    var last = stretches.remove(nearest).last;
    stretches.set(nearest - 1, new Stretch(stretches.get(nearest - 1).first, last));
  }

  private static long gapBefore(List<Stretch> stretches, int at) {
    return stretches.get(at).first - stretches.get(at - 1).last;
  }
}
