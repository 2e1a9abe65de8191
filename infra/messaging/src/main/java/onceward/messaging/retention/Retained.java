package onceward.messaging.retention;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The result of one run on one table: what changed, and what an operator should look at. Immutable.
 *
 * @param made partitions that are new
 * @param dropped partitions that are gone
 * @param trouble one line for each thing that does not mend itself: what, why, what to do
 * @param daysAhead how many days from tomorrow on have a partition, -1 if today has none; empty if
 *     that is not known
 */
record Retained(
    Table table,
    Outcome outcome,
    List<String> made,
    List<String> dropped,
    List<String> trouble,
    OptionalInt daysAhead) {

  /** How a run ended. */
  enum Outcome {
    /** The run has done all it could. */
    DONE,
    /** Another instance of the service was running retention. */
    BUSY,
    /** The run gave up a lock rather than keep others waiting; the next run tries again. */
    TIMED_OUT,
    /** The database refused a statement, or could not be reached. */
    FAILED
  }

  Retained {
    made = List.copyOf(made);
    dropped = List.copyOf(dropped);
    trouble = List.copyOf(trouble);
  }

  static Retained failed(Table table, String why) {
    return new Retained(
        table, Outcome.FAILED, List.of(), List.of(), List.of(why), OptionalInt.empty());
  }

  /**
   * A line of the function's answer.
   *
   * @param subject a partition, table or slot
   * @param detail what else there is to say; may be empty
   */
  record Finding(String what, String subject, String detail) {}

  static Retained of(Table table, List<Finding> findings) {
    var outcome = Outcome.DONE;
    var made = new ArrayList<String>();
    var dropped = new ArrayList<String>();
    var trouble = new ArrayList<String>();
    var ahead = OptionalInt.empty();
    for (var found : findings) {
      switch (found.what()) {
        case "made" -> made.add(found.subject());
        case "dropped" -> dropped.add(found.subject());
        case "busy" -> outcome = Outcome.BUSY;
        case "timed_out" -> outcome = Outcome.TIMED_OUT;
        case "ahead" -> ahead = OptionalInt.of(Integer.parseInt(found.detail()));
        default -> trouble.add(found.subject() + ": " + found.detail());
      }
    }
    ahead.ifPresent(days -> {
      if (days < 1) {
        trouble.add(withoutPartition(table, days));
      }
    });
    return new Retained(table, outcome, made, dropped, trouble, ahead);
  }

  private static String withoutPartition(Table table, int days) {
    return "%s: there is no partition for %s, so new rows go to %s_default and stay there: look in the log why earlier runs failed"
        .formatted(table, days < 0 ? "today" : "tomorrow", table);
  }
}
